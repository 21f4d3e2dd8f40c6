/** The protocols that answers choose from. */

import type { ProtocolCard } from './entries.ts';
import { PROTOCOL_CARDS, type ProtocolCards, type ProtocolId } from './knowledge.generated.ts';

/** The card of `id`; consensus protocols have the fuller `ConsensusCard`. A misspelt id does not compile. */
export function protocolCard<Id extends ProtocolId>(id: Id): ProtocolCards[Id] {
  return PROTOCOL_CARDS[id];
}

/** All cards, in the order of the file. */
export function protocolCards(): readonly ProtocolCard[] {
  return Object.values(PROTOCOL_CARDS);
}
