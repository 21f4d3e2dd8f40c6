/**
 * How a reference model presents itself: settings, and the transition system that they give.
 */
import type { Setting, SettingValues } from '../../protocols/settings.ts';
import type { TransitionSystem } from '../transition-system.ts';

export interface ModelDefinition {
  /** snake_case: `two_phase_commit`. */
  readonly name: string;
  readonly title: string;
  /** One sentence: what it models, and from which paper or specification. */
  readonly description: string;
  readonly settings: readonly Setting[];
  /** Builds the system, or fails where the settings cannot go together. */
  build(settings: SettingValues): TransitionSystem;
}
