/** The journal cannot be used. The message is for the person who starts the gateway. */
export class JournalError extends Error {
  override readonly name = 'JournalError';

  constructor(directory: string, problem: string, cause?: unknown) {
    super(`the journal in ${directory} ${problem}`, cause === undefined ? undefined : { cause });
  }
}
