import { listen, type Simulator } from './kit/simulator.ts';
import { createPipedriveSandbox } from './pipedrive/index.ts';
import { createPipelineDealsSandbox } from './pipelinedeals/index.ts';

export interface SandboxOptions {
  /** How many deals each CRM is seeded with. */
  readonly deals?: number;
}

/** Every simulated CRM, one line each. */
export const sandboxes = {
  pipedrive: createPipedriveSandbox,
  pipelinedeals: createPipelineDealsSandbox,
} as const satisfies Record<string, (options: SandboxOptions) => Simulator>;

export type SandboxName = keyof typeof sandboxes;

export interface RunningSandboxes {
  /** The settings that point a gateway at them, as environment variables. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts all simulated CRMs on loopback ports: the given ones, or any that are free. */
export async function startSandboxes(
  options: SandboxOptions & { readonly ports?: Readonly<Record<SandboxName, number>> } = {},
): Promise<RunningSandboxes> {
  const { ports, ...seed } = options;
  const env: Record<string, string> = {};
  const running: { close(): Promise<void> }[] = [];
  const close = async () => {
    await Promise.all(running.map((simulator) => simulator.close()));
  };
  try {
    for (const [name, create] of Object.entries(sandboxes)) {
      const simulator = create(seed);
      const listening = await listen(simulator, ports?.[name as SandboxName] ?? 0);
      running.push(listening);
      Object.assign(env, simulator.env(listening.url));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { env, close };
}
