/**
 * The config of a protocol from what a person writes: settings as text, those that are left out being standard.
 */
import type { Setup } from './definition.ts';
import { readSettings, type Setting } from './settings.ts';

interface Configurable<Config> {
  readonly name: string;
  readonly settings: readonly Setting[];
  configure(setup: Setup): Config;
}

export interface WrittenSetup {
  readonly nodes: number;
  readonly settings?: Readonly<Record<string, string>>;
  readonly variant?: string | undefined;
}

/** Fails where a setting does not exist or is out of range, and where they cannot go together. */
export function configFrom<Config>(
  definition: Configurable<Config>,
  { nodes, settings = {}, variant }: WrittenSetup,
): Config {
  const values = readSettings(definition.name, definition.settings, settings);
  return definition.configure({ nodes, settings: values, ...(variant === undefined ? {} : { variant }) });
}
