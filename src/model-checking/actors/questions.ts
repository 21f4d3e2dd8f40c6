/**
 * The questions that gave something a number, in the order in which they were first asked: what a cell does on an input, what an inbox becomes
 * by one message more. Models are pure, so the same questions asked in the same order of a fresh system number everything alike: cells and
 * inboxes in states, outcomes in codes of actions. That is far less to keep than the answers.
 */
import { GrowingWords } from '../explore/growing-words.ts';
import { type ByteReader, type ByteWriter, failForeign } from '../explore/saved-bytes.ts';

/** Each with two numbers. The order is part of what is saved. */
const TOPICS = [
  'outcomes',
  'actions',
  'environment_after',
  'environment_after_loss',
  'inbox_with',
  'inbox_without',
  'renamed_cell',
  'renamed_inbox',
  'renamed_environment',
] as const;

export type Topic = (typeof TOPICS)[number];

/** How each question is asked. */
export type Answers = Readonly<Record<Topic, (first: number, second: number) => unknown>>;

export class Questions {
  private readonly words = new GrowingWords();

  get count(): number {
    return this.words.length / 3;
  }

  /** To be told of a question that was not asked before. */
  note(topic: Topic, first: number, second: number): void {
    this.words.push(TOPICS.indexOf(topic));
    this.words.push(first);
    this.words.push(second);
  }

  /** `print` tells the answers apart from those of another version. */
  save(into: ByteWriter, print: number): void {
    const { words } = this;
    into.number(this.count);
    for (let at = 0; at < words.length && !into.isFull; at++) into.number(words.at(at));
    into.lane(print);
  }

  askAgain(from: ByteReader, answers: Answers, printOf: () => number): void {
    const count = from.number();
    for (let left = count; left > 0; left--) {
      const topic = TOPICS[from.number()] ?? failForeign();
      ask(answers[topic], from.number(), from.number());
    }
    if (this.count !== count || from.lane() !== printOf()) failForeign();
  }
}

/** Where the answers before were others, a question may be about what is not there. */
function ask(question: Answers[Topic], first: number, second: number): void {
  try {
    question(first, second);
  } catch {
    failForeign();
  }
}
