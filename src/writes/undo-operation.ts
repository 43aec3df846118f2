import { GatewayError, type Problem, toProblem } from '../domain/errors.ts';
import { dealIdsOf, isShownTo, type Operation } from '../domain/operation.ts';
import { parseGlobalId, type Ref } from '../domain/ref.ts';
import { isOperationId } from '../journal/operation-id.ts';
import { addDeal } from './add-deal.ts';
import { discountMutations, installmentMutations } from './deal-parts.ts';
import { addDealFollower, addDealParticipant, deleteDealFollower, deleteDealParticipant } from './deal-people.ts';
import { addDealProducts, deleteDealProducts, updateDealProduct } from './deal-products.ts';
import { deleteDeal } from './delete-deals.ts';
import { InputCheck } from './input-check.ts';
import { type Inverse, type InverseWrite, inverseOf } from './inverse.ts';
import type { AnyMutation, Mutation, NamedDeal, Plan } from './mutation.ts';
import { type DealResult, type DealsResult, rejected, together, type WriteResult } from './outcome.ts';
import type { RunningOperation } from './running-operation.ts';
import { updateDeal } from './update-deal.ts';

export interface UndoOperationInput {
  readonly operation: string;
}

export interface UndoResult extends DealResult {
  /** What the original had that could not be brought back, in words. */
  readonly notRestored: readonly string[];
}

interface UndoPlan extends Plan {
  readonly operation: Operation;
}

const PATH = ['input', 'operation'];

/** What takes part in reversing others. */
const WRITES: readonly AnyMutation[] = [
  addDeal,
  updateDeal,
  deleteDeal,
  addDealProducts,
  updateDealProduct,
  deleteDealProducts,
  ...Object.values(discountMutations),
  ...Object.values(installmentMutations),
  addDealFollower,
  deleteDealFollower,
  addDealParticipant,
  deleteDealParticipant,
];

/** Reverses an operation as far as the CRM allows, by the writes that are the opposite of it. */
export const undoOperation: Mutation<UndoOperationInput, UndoPlan, UndoResult> = {
  name: 'undoOperation',
  nothing: { deal: null, notRestored: [] },
  async read({ operation: id }, { check, journal, caller }) {
    const operation = isOperationId(id) ? await journal.find(id) : null;
    if (!operation || !isShownTo(operation, caller))
      return check.refuse('NOT_FOUND', PATH, 'the journal has no operation of this id');
    for (const crm of operation.crms) check.adapter(crm, PATH);
    const deals = dealIdsOf(operation).map(
      (deal): NamedDeal => ({ ref: parseGlobalId(deal, 'operation') as Ref<'Deal'>, path: PATH }),
    );
    return { operation, crms: operation.crms, deals };
  },
  async run({ operation: original }, operation) {
    const {
      report,
      current: _current,
      ...refused
    } = await operation.attempt(async () => {
      const inverse = await operation.note('inverse', async () => {
        assertUndoable((await operation.tools.journal.find(original.id)) ?? original);
        return inverseOf(original, operation);
      });
      if (inverse.conflicts.length === 0) operation.undo(original.id);
      return { inverse, problems: [] };
    }, PATH);
    if (!report) return { ...refused, deal: null, notRestored: [] };
    const { inverse } = report;
    if (inverse.conflicts.length > 0) return { ...rejected(inverse.conflicts), deal: null, notRestored: [] };
    return carryOut(inverse, operation);
  },
};

/** The writes one after the other; the first that fails ends it. */
async function carryOut(inverse: Inverse, operation: RunningOperation): Promise<UndoResult> {
  const results: (WriteResult & { readonly deal?: UndoResult['deal'] })[] = [];
  for (const [index, write] of inverse.writes.entries()) {
    const result = await runWrite(write, operation.within(`${index}`));
    results.push(result);
    // What was read for this one may not be true any more for the next.
    operation.loaders.clear();
    if (result.outcome === 'REJECTED' || result.outcome === 'UNKNOWN') break;
    const made = result.deal?.ref;
    if (write.forwards && made && !operation.isPreview) operation.move(write.forwards, made);
  }
  const untried = inverse.writes.length - results.length;
  const outcome = together(results.map((result) => result.outcome));
  const lost = inverse.notRestored.map((what) => problem('UNSUPPORTED', `${what} could not be restored`));
  const rest = untried === 0 ? [] : [problem('CONFLICT', `${untried} more writes were left out after this failed`)];
  const isDone = outcome === 'APPLIED' || outcome === 'PARTIAL';
  const problems = [...results.flatMap((result) => result.problems).map(atOperation), ...rest];
  return {
    outcome: isDone && (lost.length > 0 || rest.length > 0) ? 'PARTIAL' : outcome,
    problems: isDone || outcome === 'PREVIEWED' ? [...problems, ...lost] : problems,
    deal: results.findLast((result) => result.deal)?.deal ?? null,
    notRestored: inverse.notRestored,
  };
}

/** One of the writes, read and carried out like a mutation of its own. */
async function runWrite(
  { mutation: name, input }: InverseWrite,
  operation: RunningOperation,
): Promise<WriteResult & Partial<DealResult> & Partial<DealsResult>> {
  const mutation = WRITES.find((one) => one.name === name);
  if (!mutation) throw new Error(`there is no mutation "${name}"`);
  const check = new InputCheck(operation.crms);
  const plan: Plan | null = await mutation.read(input, {
    check,
    journal: operation.tools.journal,
    caller: operation.caller,
    allowCallCrm: false,
  });
  if (!plan || check.failed) return rejected(check.problems);
  return mutation.run(plan, operation);
}

function assertUndoable({ state, outcome, undoneBy, mutation }: Operation): void {
  const refuse = (code: 'CONFLICT' | 'IN_PROGRESS' | 'UNSUPPORTED', message: string) =>
    new GatewayError(code, message, { path: ['operation'] });
  if (state === 'RUNNING' || state === 'SETTLING') {
    throw refuse('IN_PROGRESS', 'it is not known yet what came of the operation');
  }
  if (outcome !== 'APPLIED' && outcome !== 'PARTIAL') throw refuse('CONFLICT', 'the operation wrote nothing for sure');
  if (undoneBy !== null) throw refuse('CONFLICT', `the operation was undone before, by operation ${undoneBy}`);
  if (mutation === 'callCrm' || mutation === 'undoOperation') {
    throw refuse('UNSUPPORTED', `what ${mutation} did cannot be reversed`);
  }
}

/** The caller named an operation, so that is where problems belong. */
function atOperation(one: Problem): Problem {
  return { ...one, path: PATH, message: one.path ? `${one.path.slice(1).join('.')}: ${one.message}` : one.message };
}

function problem(code: 'UNSUPPORTED' | 'CONFLICT', message: string): Problem {
  return { ...toProblem(new GatewayError(code, message), 0), path: PATH };
}
