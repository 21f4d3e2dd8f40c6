/** The literature that answers cite. */

import type { BibliographyEntry } from './entries.ts';
import { BIBLIOGRAPHY, type ReferenceId } from './knowledge.generated.ts';

/** The entry of `id`; a misspelt id does not compile. */
export function reference(id: ReferenceId): BibliographyEntry {
  return BIBLIOGRAPHY[id];
}

/** All entries, in the order of the file. */
export function bibliography(): readonly BibliographyEntry[] {
  return Object.values(BIBLIOGRAPHY);
}
