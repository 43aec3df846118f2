/** What a process has used so far, as the operating system counts it. */
export interface Usage {
  /** Of all its threads, in user and in system mode. */
  readonly cpuMs: number;
  readonly residentMb: number;
}

/** What the parent process may ask of a measured server. */
export interface ServerQuestions {
  usage: { ask: null; answer: Usage };
}
