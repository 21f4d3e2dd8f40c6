/** The field's terms as answers use them. */

import type { GlossaryEntry } from './entries.ts';
import { GLOSSARY } from './knowledge.generated.ts';

/** All terms, in the order of the file. */
export function glossary(): readonly GlossaryEntry[] {
  return GLOSSARY;
}
