/** What goes wrong in replicated systems, and what to do about it. */

import type { FailureMode } from './entries.ts';
import { FAILURE_MODES, type FailureModeId } from './knowledge.generated.ts';

/** The failure mode of `id`; a misspelt id does not compile. */
export function failureMode(id: FailureModeId): FailureMode {
  return FAILURE_MODES[id];
}

/** All failure modes, in the order of the file. */
export function failureModes(): readonly FailureMode[] {
  return Object.values(FAILURE_MODES);
}
