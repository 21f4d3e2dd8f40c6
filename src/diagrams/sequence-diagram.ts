/**
 * Mermaid sequence diagrams (mermaid.js.org), which GitHub and most hosts draw in place.
 */

export interface SequenceDiagram {
  /** Lanes, left to right. */
  readonly participants: readonly string[];
  readonly steps: readonly SequenceStep[];
}

export type SequenceStep =
  | {
      readonly kind: 'message';
      readonly from: string;
      readonly to: string;
      readonly label: string;
      readonly lost?: boolean;
    }
  | { readonly kind: 'note'; readonly over: readonly string[]; readonly text: string };

/** The Mermaid source of the diagram. Names and labels may hold any text; what Mermaid would interpret is escaped. */
export function renderSequenceDiagram({ participants, steps }: SequenceDiagram): string {
  const alias = new Map(participants.map((name, index) => [name, `p${index + 1}`]));
  const aliasOf = (name: string): string => alias.get(name) ?? escapeLabel(name);
  const lanes = participants.map((name) => `  participant ${aliasOf(name)} as ${escapeLabel(name)}`);
  const lines = steps.map((step) =>
    step.kind === 'note'
      ? `  Note over ${step.over.map(aliasOf).join(',')}: ${escapeLabel(step.text)}`
      : `  ${aliasOf(step.from)}${step.lost === true ? '-x' : '->>'}${aliasOf(step.to)}: ${escapeLabel(step.label)}`,
  );
  return ['sequenceDiagram', ...lanes, ...lines].join('\n');
}

/** Mermaid reads `;` and line breaks as ends of statements and `#` as the start of an entity. */
function escapeLabel(text: string): string {
  return text.replaceAll(/[#;]/g, (sign) => (sign === '#' ? '#35;' : '#59;')).replaceAll(/\s+/g, ' ');
}
