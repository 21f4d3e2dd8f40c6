/**
 * Lost updates: two committed transactions read the same version of a key, and both write the key. Whatever the order of their writes, the
 * later one overwrote what it had not seen. Linear.
 */
import { logAnomaly, show } from './anomaly.ts';
import { INITIAL, type Observations } from './observations.ts';

export function findLostUpdates(observations: Observations): void {
  const { table, committed, readBy, readKey, readVersion } = observations;
  const writerOf = new Int32Array(table.keys.length).fill(-1);
  const updaterOf = new Int32Array(table.versionKey.length).fill(-1);
  const updaterOfInitial = new Int32Array(table.keys.length).fill(-1);
  let read = 0;
  for (let t = 0; t < table.size; t++) {
    if (!committed[t]) continue;
    for (let at = table.starts[t] as number; at < (table.starts[t + 1] as number); at++) {
      if ((table.versionAt[at] as number) >= 0) writerOf[table.keyAt[at] as number] = t;
    }
    for (; read < readBy.length && (readBy[read] as number) <= t; read++) {
      const key = readKey[read] as number;
      if (readBy[read] !== t || writerOf[key] !== t) continue;
      const version = readVersion[read] as number;
      const updaters = version === INITIAL ? updaterOfInitial : updaterOf;
      const place = version === INITIAL ? key : version;
      const other = updaters[place] as number;
      if (other < 0) updaters[place] = t;
      else if (other !== t) logLostUpdate(observations, other, t, key, version);
    }
  }
}

function logLostUpdate(observations: Observations, one: number, other: number, key: number, version: number): void {
  const { table } = observations;
  const name = table.keys[key] ?? null;
  logAnomaly(observations.anomalies, 'lost-update', () => ({
    transactions: [one, other],
    key: name,
    text:
      `T1 and T2 both read key ${show(name)} ` +
      (version === INITIAL ? 'in its initial state' : `as of ${show(table.versionValue[version] ?? null)}`) +
      ' and both wrote it: one update is lost',
  }));
}
