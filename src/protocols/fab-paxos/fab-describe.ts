/**
 * How people see FaB Paxos's states and messages.
 */
import type { Descriptions } from '../protocol.ts';
import { type FabMessage, type FabState, isLeader, type Report, reportsForView } from './fab-paxos-state.ts';
import { verdictOf } from './vouching.ts';

export const describeFab: Descriptions<FabState, FabMessage> = {
  role: (state) => {
    if (state.self < state.config.byzantine) return 'byzantine';
    if (state.learned !== null) return 'learned';
    return isLeader(state) ? 'leader' : 'acceptor';
  },
  term: ({ view }) => view,
  leads: (state) => isLeader(state),
  state: describeState,
  message: describeMessage,
  messageBytes,
};

function describeState(state: FabState): string {
  const { view, acceptedView, accepted, proof, learned } = state;
  const parts = [`view ${view}`];
  parts.push(accepted === null ? 'accepted nothing' : `accepted ${accepted} in view ${acceptedView}`);
  if (proof !== null) parts.push(`proof of ${proof.value} in view ${proof.view}`);
  if (isLeader(state) && view > 0) parts.push(describeCertificate(state));
  if (learned !== null) parts.push(`learned ${learned}`);
  return parts.join(', ');
}

const WORDS = { any: 'any value', none: 'no value' } as const;

function describeCertificate(state: FabState): string {
  const { config } = state;
  const reports = reportsForView(state).slice(0, config.certificateSize);
  if (reports.length < config.certificateSize) return `${reports.length} of ${config.certificateSize} reports`;
  const verdict = verdictOf(reports, config);
  return `certificate vouches for ${verdict.kind === 'only' ? verdict.value : WORDS[verdict.kind]}`;
}

function describeMessage(message: FabMessage): string {
  switch (message.kind) {
    case 'propose': {
      const { view, value, certificate } = message.proposal;
      const by = certificate.length === 0 ? '' : ` on reports of ${nodesText(certificate.map(({ node }) => node))}`;
      return `Propose view ${view}: ${value}${by}`;
    }
    case 'accepted':
      return `Accepted view ${message.view}: ${message.value}`;
    case 'commit_proof':
      return `CommitProof view ${message.proof.view}: ${message.proof.value} by ${nodesText(message.proof.signers)}`;
    case 'report':
      return `Report view ${message.report.view}: ${reportText(message.report)}`;
    case 'pull':
      return message.wanted === null ? 'Pull' : `Pull, wants ${message.wanted}`;
    case 'learned':
      return `Learned ${message.value}`;
  }
}

function reportText({ acceptedView, accepted, proof }: Report): string {
  const has = accepted === null ? 'accepted nothing' : `accepted ${accepted} in view ${acceptedView}`;
  return proof === null ? has : `${has}, proof of ${proof.value} in view ${proof.view}`;
}

function nodesText(nodes: readonly number[]): string {
  return nodes.map((node) => `n${node + 1}`).join(' ');
}

/** A header of 48 bytes with digest and authenticator; proofs and certificates hold one signature of 64 bytes per signer. */
function messageBytes(message: FabMessage, payloadBytes: number): number {
  switch (message.kind) {
    case 'propose':
      return 48 + payloadBytes + message.proposal.certificate.reduce((sum, each) => sum + reportBytes(each), 0);
    case 'commit_proof':
      return 48 + 64 * message.proof.signers.length;
    case 'report':
      return reportBytes(message.report);
    case 'accepted':
    case 'pull':
    case 'learned':
      return 48;
  }
}

function reportBytes({ proof }: Report): number {
  return 112 + (proof === null ? 0 : 48 + 64 * proof.signers.length);
}
