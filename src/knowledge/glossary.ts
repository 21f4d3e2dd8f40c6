/** The field's terms as answers use them. */
import { GLOSSARY } from './knowledge.generated.ts';
import type { GlossaryEntry } from './types.ts';

/** All terms, in the order of the file. */
export function glossary(): readonly GlossaryEntry[] {
  return GLOSSARY;
}
