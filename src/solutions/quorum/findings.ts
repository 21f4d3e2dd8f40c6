import type { AvailabilityReport } from '../../availability/availability.ts';
import type { StrategyResult } from '../../quorum/strategies/strategy.ts';
import type { QuorumReport } from '../../schemas/quorum.ts';
import type { QuorumStructure } from './describe-structure.ts';
import type { QuorumModel } from './quorum-model.ts';

/** All that one request computes, before it is put into words. */
export interface QuorumFindings {
  readonly model: QuorumModel;
  readonly structure: QuorumStructure;
  readonly strategy: StrategyResult;
  readonly availability: AvailabilityReport | undefined;
  readonly durability: QuorumReport['durability'];
  readonly search: QuorumReport['search'];
}
