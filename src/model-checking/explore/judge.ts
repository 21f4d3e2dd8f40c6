/**
 * Judges states and steps as an explorer meets them, and remembers the first breach of each property and the first example of
 * each `sometimes`. `Place` is how the explorer finds the path to a state again.
 */
import type { PropertyOf, SystemProperty, TransitionSystem } from '../transition-system.ts';

/** A property was broken in the state at `place`, or by the action taken there. */
export interface Breach<Place> {
  readonly property: string;
  readonly place: Place;
  readonly complaint: string;
  /** The step that broke it, taken in the state at `place`. */
  readonly lastAction?: number;
}

export interface Found<Place> {
  readonly breaches: readonly Breach<Place>[];
  readonly reached: readonly (readonly [string, Place])[];
}

export class Judge<Place> {
  readonly breaches: Breach<Place>[] = [];
  /** By name of the `sometimes` properties that were reached. */
  readonly reached = new Map<string, Place>();
  private readonly system: TransitionSystem;
  private always: readonly PropertyOf<'always'>[];
  private alwaysStep: readonly PropertyOf<'always_step'>[];
  private sometimes: readonly PropertyOf<'sometimes'>[];
  private deadlockFree: readonly PropertyOf<'deadlock_free'>[];
  /** Whether any property can be left out in states that are settled. */
  private readonly asksSettled: boolean;

  constructor(system: TransitionSystem) {
    this.system = system;
    this.always = propertiesOf(system, 'always');
    this.alwaysStep = propertiesOf(system, 'always_step');
    this.sometimes = propertiesOf(system, 'sometimes');
    this.deadlockFree = propertiesOf(system, 'deadlock_free');
    this.asksSettled = [...this.always, ...this.sometimes].some(({ looksAtEverything }) => looksAtEverything !== true);
  }

  get judgesSteps(): boolean {
    return this.alwaysStep.length > 0;
  }

  /** A state that was not met before. */
  state(words: Int32Array, at: number, place: Place): void {
    const isSettled = this.asksSettled && this.system.isSettled?.(words, at) === true;
    for (const property of this.always) {
      if ((isSettled && property.looksAtEverything !== true) || property.holds(words, at)) continue;
      this.breach({ property: property.name, place, complaint: property.complaint?.(words, at) ?? property.statement });
    }
    for (const property of this.sometimes) {
      if ((isSettled && property.looksAtEverything !== true) || !property.reached(words, at)) continue;
      this.reached.set(property.name, place);
      this.sometimes = this.sometimes.filter((each) => each !== property);
    }
  }

  /** A step from the state at `place`, whether or not its result was met before. */
  step(words: Int32Array, at: number, action: number, next: Int32Array, nextAt: number, place: Place): void {
    for (const property of this.alwaysStep) {
      if (property.holds(words, at, action, next, nextAt)) continue;
      const complaint = property.complaint?.(words, at, action, next, nextAt) ?? property.statement;
      this.breach({ property: property.name, place, complaint, lastAction: action });
    }
  }

  /** A state without successors. */
  deadlock(words: Int32Array, at: number, place: Place): void {
    for (const property of this.deadlockFree) {
      if (property.mayEnd(words, at)) continue;
      this.breach({ property: property.name, place, complaint: 'no action is enabled' });
    }
  }

  /** What was found, as plain data. */
  get found(): Found<Place> {
    return { breaches: this.breaches, reached: [...this.reached] };
  }

  /** Goes on from what was found before. */
  restore({ breaches, reached }: Found<Place>): void {
    for (const breach of breaches) this.breach(breach);
    for (const [name, place] of reached) {
      this.reached.set(name, place);
      this.sometimes = this.sometimes.filter((each) => each.name !== name);
    }
  }

  private breach(breach: Breach<Place>): void {
    this.breaches.push(breach);
    // A property that is broken is told once: what follows from the breach is no news.
    const isOther = ({ name }: SystemProperty): boolean => name !== breach.property;
    this.always = this.always.filter(isOther);
    this.alwaysStep = this.alwaysStep.filter(isOther);
    this.deadlockFree = this.deadlockFree.filter(isOther);
  }
}

function propertiesOf<Kind extends SystemProperty['kind']>(
  { properties }: TransitionSystem,
  kind: Kind,
): PropertyOf<Kind>[] {
  return properties.filter((property): property is PropertyOf<Kind> => property.kind === kind);
}
