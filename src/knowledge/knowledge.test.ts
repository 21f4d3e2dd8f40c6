import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { generateKnowledge } from '../scripts/generate/knowledge.ts';
import { bibliography, reference } from './bibliography.ts';
import type { ConsensusCard } from './entries.ts';
import { failureMode, failureModes } from './failure-modes.ts';
import { glossary } from './glossary.ts';
import { protocolCard, protocolCards } from './protocol-cards.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(ROOT + path, 'utf8');

test('the module is what the YAML files say', () => {
  const { path, content } = generateKnowledge(read);
  expect(read(path)).toBe(content);
});

describe('the bibliography', () => {
  test.each(bibliography().map((entry) => [entry.id, entry] as const))(
    '%s is named after its first author and year',
    (id, entry) => {
      const [, name, year] = /^([a-z]+)(\d{4})[a-z]*$/.exec(id) ?? [];
      expect(year).toBe(String(entry.year));
      const firstAuthor = (entry.authors.split(',')[0] ?? '').split(' and ')[0] ?? '';
      expect(letters(firstAuthor)).toContain(name);
    },
  );

  test('is found by id', () => {
    expect(reference('ongaro2014').title).toBe('In Search of an Understandable Consensus Algorithm');
  });

  test('no two entries have the same DOI', () => {
    const dois = bibliography().flatMap(({ doi }) => doi ?? []);
    expect(new Set(dois).size).toBe(dois.length);
    expect(dois.length).toBeGreaterThan(30);
  });
});

describe('consensus cards', () => {
  const cards = protocolCards().filter((card): card is ConsensusCard => card.problem === 'consensus');

  test('cover crash and Byzantine failures', () => {
    expect(cards.map(({ id, faultModel }) => `${id} ${faultModel}`)).toEqual([
      'raft crash',
      'multi-paxos crash',
      'viewstamped-replication crash',
      'pbft byzantine',
      'fab-paxos byzantine',
      'paxos crash',
      'flexible-paxos crash',
      'zab crash',
    ]);
  });

  test.each(cards.map((card) => [card.name, card] as const))(
    '%s: a heartbeat may be lost without an election',
    (_, { timeouts }) => {
      const { electionTimeoutMinMs, electionTimeoutMaxMs, heartbeatIntervalMs = 0 } = timeouts;
      expect(electionTimeoutMinMs).toBeLessThan(electionTimeoutMaxMs);
      expect(2 * heartbeatIntervalMs).toBeLessThan(electionTimeoutMinMs);
    },
  );

  test.each([3, 4, 5, 7, 10])('the message formulas agree with a count of the messages at n = %i', (n) => {
    const counted: Readonly<Record<string, number>> = {
      raft: countMessages(n, [toBackups, toPrimary]),
      'multi-paxos': countMessages(n, [toBackups, toPrimary]),
      'viewstamped-replication': countMessages(n, [toBackups, toPrimary]),
      pbft: countMessages(n, [toBackups, backupsToAll, allToAll]),
      'fab-paxos': countMessages(n, [toBackups, allToAll, allToAll]),
      paxos: countMessages(n, [toBackups, toPrimary, toBackups, toPrimary, toBackups]),
      'flexible-paxos': countMessages(n, [toBackups, toPrimary]),
      zab: countMessages(n, [toBackups, toPrimary, toBackups]),
    };
    for (const { id, performance } of cards) {
      const { quadratic, linear, constant } = performance.messageTerms;
      expect(quadratic * n * n + linear * n + constant, id).toBe(counted[id]);
    }
  });

  test('a commit takes one message delay a phase, and the client adds a round trip', () => {
    const delays: Readonly<Record<string, number>> = { pbft: 3, paxos: 4 };
    for (const { id, performance } of cards) {
      expect(performance.roundTripsPerCommit, id).toBe((delays[id] ?? 2) / 2);
      expect(performance.clientRoundTrips, id).toBe(performance.roundTripsPerCommit + 1);
    }
  });

  test("Raft's default timeouts are those of the paper", () => {
    expect(protocolCard('raft').timeouts).toMatchObject({
      electionTimeoutMinMs: 150,
      electionTimeoutMaxMs: 300,
      heartbeatIntervalMs: 50,
    });
  });
});

describe('failure modes', () => {
  test.each([
    ['split-brain', /partition/i, /fenc/i],
    ['data-divergence', /asynchronous|lag/i, /conflict|merge|reconcil/i],
    ['leader-flapping', /network|latency/i, /election timeout/i],
    ['deadlock', /lock/i, /timeout/i],
    ['stale-reads', /lag|replica/i, /leader|read-repair/i],
  ] as const)('%s has its cause and its resolution', (id, cause, resolution) => {
    const mode = failureMode(id);
    expect(mode.causes.join(' ')).toMatch(cause);
    expect(mode.resolutions.join(' ')).toMatch(resolution);
  });

  test('recovery from split brain fences the minority before anything is rejoined', () => {
    const steps = failureMode('split-brain').recovery.map((step) => step.toLowerCase());
    const fence = steps.findIndex((step) => step.includes('fence'));
    const rejoin = steps.findIndex((step) => step.includes('rejoin'));
    expect(fence).toBeGreaterThanOrEqual(0);
    expect(rejoin).toBeGreaterThan(fence);
  });

  test('all of them are listed', () => {
    expect(failureModes().length).toBeGreaterThanOrEqual(6);
  });
});

test('the glossary is sorted, so that a reader finds a term', () => {
  const terms = glossary().map(({ term }) => term.toLowerCase());
  expect(terms).toEqual(terms.toSorted());
});

type Phase = (sender: number, receiver: number) => boolean;

/** Node 0 is the primary; nobody sends to itself. */
const toBackups: Phase = (sender) => sender === 0;
const toPrimary: Phase = (sender, receiver) => sender !== 0 && receiver === 0;
const backupsToAll: Phase = (sender) => sender !== 0;
const allToAll: Phase = () => true;

function countMessages(n: number, phases: readonly Phase[]): number {
  let messages = 0;
  for (const phase of phases) {
    for (let sender = 0; sender < n; sender++) {
      for (let receiver = 0; receiver < n; receiver++)
        messages += sender !== receiver && phase(sender, receiver) ? 1 : 0;
    }
  }
  return messages;
}

/** Lower-case letters without accents. */
function letters(text: string): string {
  return text
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[^a-z]/g, '');
}
