/**
 * The replicated service: registers with read, write and compare-and-set, and the client table that makes a request take effect
 * at most once. Its digest stands for the cryptographic one of a checkpoint.
 */
import type { Command, Request, Response } from '../protocol.ts';
import { type Checkpoint, digestOf, type Service, type Session } from './pbft-state.ts';

export const EMPTY_SERVICE: Service = { seq: 0, chain: 0, registers: [], sessions: [] };
export const FIRST_CHECKPOINT: Checkpoint = { service: EMPTY_SERVICE, digest: 0, signers: [] };

const OK: Response = { status: 'ok' };

/** The next request of the order; null changes nothing but the count. */
export function execute(service: Service, request: Request | null): Service {
  const seq = service.seq + 1;
  const chain = mix(service.chain, digestOf(request));
  const { registers, sessions } = service;
  if (request === null || isExecuted(service, request)) return { seq, chain, registers, sessions };
  const { client, number, command } = request;
  const response = responseTo(registers, command);
  return {
    seq,
    chain,
    registers: response.status === 'ok' ? registersAfter(registers, command) : registers,
    sessions: withSession(sessions, { client, number, response }),
  };
}

export function sessionOf({ sessions }: Service, client: number): Session | undefined {
  return sessions.find((each) => each.client === client);
}

/** Whether this request of the client, or a later one, has been executed. */
export function isExecuted(service: Service, { client, number }: Request): boolean {
  const session = sessionOf(service, client);
  return session !== undefined && session.number >= number;
}

function responseTo(registers: Service['registers'], { kind, key = 0, expected = null }: Command): Response {
  const held = registers[key] ?? null;
  if (kind === 'read') return { status: 'ok', value: held };
  if (kind === 'write') return OK;
  if (kind !== 'cas') return { status: 'failed', reason: `no command ${kind}` };
  return held === expected ? OK : { status: 'failed', reason: `holds ${held}` };
}

function registersAfter(
  registers: Service['registers'],
  { kind, key = 0, value = null }: { kind: string; key?: number; value?: number | null },
): Service['registers'] {
  if (kind === 'read') return registers;
  const next = registers.slice();
  while (next.length < key) next.push(null);
  next[key] = value;
  return next;
}

function withSession(sessions: readonly Session[], session: Session): readonly Session[] {
  const index = sessions.findIndex(({ client }) => client === session.client);
  if (index === -1) return [...sessions, session];
  const next = sessions.slice();
  next[index] = session;
  return next;
}

/** Digest of a checkpoint. */
export function digestOfService({ seq, chain, registers, sessions }: Service): number {
  let digest = mix(seq, chain);
  for (const value of registers) digest = mix(digest, value ?? -1);
  for (const { client, number } of sessions) digest = mix(mix(digest, client), number);
  return digest;
}

/** 32 bits, after murmur's finalizer. */
function mix(digest: number, value: number): number {
  let mixed = Math.imul(digest ^ (value | 0), 0x85ebca6b) ^ Math.floor(value / 2 ** 32);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35) + 0x9e3779b9;
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
