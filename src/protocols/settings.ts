/**
 * The settings of a protocol, declared as data, so that tools list them, check them and say what they mean.
 */
import { fail, renderReceived } from '../kernel/failure.ts';
import { invariant } from '../kernel/invariant.ts';

interface SettingText {
  /** snake_case, with its unit last: `election_timeout_min_ms`. */
  readonly name: string;
  /** What it does, in one sentence. */
  readonly description: string;
}

export type Setting =
  | (SettingText & { readonly kind: 'boolean'; readonly standard: boolean })
  | (SettingText & {
      readonly kind: 'integer' | 'number';
      readonly standard: number;
      readonly min: number;
      readonly max: number;
    })
  | (SettingText & { readonly kind: 'choice'; readonly standard: string; readonly options: readonly string[] })
  /** Free text that the protocol's `configure` reads; `form` says what it may be. */
  | (SettingText & { readonly kind: 'text'; readonly standard: string; readonly form: string });

export type SettingValue = boolean | number | string;

/** Values by name, every declared setting present. */
export type SettingValues = Readonly<Record<string, SettingValue>>;

/** The standard value of every setting. */
export function standardSettings(settings: readonly Setting[]): SettingValues {
  return Object.fromEntries(settings.map(({ name, standard }) => [name, standard]));
}

/** What the input calls them: a protocol has settings, a reference model its config. */
export type SettingsMember = 'settings' | 'config';

/** Reads values given as text, e.g. `{"pre_vote": "false"}`, over the standard ones. */
export function readSettings(
  protocol: string,
  settings: readonly Setting[],
  given: Readonly<Record<string, string>>,
  member: SettingsMember = 'settings',
): SettingValues {
  const read = Object.entries(given).map(([name, text]) => {
    const setting = settings.find((each) => each.name === name);
    return [
      name,
      setting === undefined ? failUnknown(protocol, settings, name, member) : readSetting(setting, text, member),
    ] as const;
  });
  return { ...standardSettings(settings), ...Object.fromEntries(read) };
}

function readSetting(setting: Setting, text: string, member: SettingsMember): SettingValue {
  if (setting.kind === 'boolean')
    return text === 'true' || (text === 'false' ? false : failSetting(setting, text, member));
  if (setting.kind === 'choice') return setting.options.includes(text) ? text : failSetting(setting, text, member);
  if (setting.kind === 'text') return text;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  const isInRange = value >= setting.min && value <= setting.max;
  const isRightKind = setting.kind === 'number' || Number.isInteger(value);
  return isInRange && isRightKind ? value : failSetting(setting, text, member);
}

function failSetting(setting: Setting, text: string, member: SettingsMember): never {
  return fail('input/invalid', {
    message: `the setting ${setting.name} has another kind or range`,
    path: `${member}.${setting.name}`,
    received: renderReceived(text),
    expected: expectedOf(setting),
    nextStep: `Give e.g. {"${member}":{"${setting.name}":"${setting.standard}"}}; it ${setting.description}.`,
  });
}

/** What a setting accepts, in words. */
export function expectedOf(setting: Setting): string {
  if (setting.kind === 'boolean') return 'true or false';
  if (setting.kind === 'choice') return `one of ${setting.options.join(', ')}`;
  if (setting.kind === 'text') return setting.form;
  return `${setting.kind === 'integer' ? 'an integer' : 'a number'} from ${setting.min} to ${setting.max}`;
}

function failUnknown(protocol: string, settings: readonly Setting[], name: string, member: SettingsMember): never {
  return fail('input/invalid', {
    message: `${protocol} has no setting of that name`,
    path: `${member}.${name}`,
    received: renderReceived(name),
    expected: settings.length === 0 ? 'no settings' : `one of ${settings.map((each) => each.name).join(', ')}`,
    nextStep:
      settings[0] === undefined
        ? `Leave ${member} out.`
        : `Give e.g. {"${member}":{"${settings[0].name}":"${settings[0].standard}"}}, or leave it out.`,
  });
}

/** The value of a boolean setting. */
export function flagOf(values: SettingValues, name: string): boolean {
  return values[name] === true;
}

/** The value of a numeric setting. */
export function numberOf(values: SettingValues, name: string): number {
  return Number(values[name]);
}

/** The value of a choice, as one of the words that the caller knows. */
export function choiceOf<Word extends string>(values: SettingValues, name: string, words: readonly Word[]): Word {
  const word = words.find((each) => each === values[name]);
  invariant(word !== undefined, `the setting ${name} is one of ${words.join(', ')}`);
  return word;
}
