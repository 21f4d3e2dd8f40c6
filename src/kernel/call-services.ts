/**
 * What a call may ask of whoever runs it, besides its budget: to do parts of its work elsewhere, and to keep how far it is.
 */

export interface CheckpointStore {
  /** Largest checkpoint. */
  readonly bytesMax: number;
  /** Returns the id. Fails with `run/store_unavailable`. */
  save(bytes: Uint8Array): Promise<string>;
  /** undefined where there is none of that id: it never was, it expired, or it was damaged. */
  load(id: string): Promise<Uint8Array | undefined>;
}

/**
 * Has the tool's `part` done for each part, spread over threads where there are any; the answers come in the order of the
 * parts. `onDone` is told whenever one is finished. Every part may take all the time that is left when it begins, or with
 * `sharing: 'evenly'` only its share of it, so that those after it get theirs.
 */
export type PartsRunner = (
  parts: readonly unknown[],
  onDone?: (done: number) => void,
  sharing?: TimeSharing,
) => Promise<readonly unknown[]>;

export type TimeSharing = 'freely' | 'evenly';
