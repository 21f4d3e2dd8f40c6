/**
 * Reads EDN (github.com/edn-format/edn) as Jepsen writes it, and JSON, by recursive descent over chunks of text, in linear time.
 *
 * Maps become objects, vectors, lists and sets become arrays, keywords and symbols their names. A tag is passed over and its value taken. A ratio
 * becomes a number. An integer beyond 2^53 becomes its digits as a text, since rounding would make different values equal; so do the numbers that JSON
 * lacks. JSON is the same grammar with other words, so it shares the reader, which knows lines and columns where JSON.parse does not.
 *
 * A source is a sequence of records: all forms of the text, or all elements of the one vector or list that holds them. A vector whose first element is
 * no collection is itself a record, the old tuple form of Jepsen. Records are read one at a time, so memory is that of the largest record.
 */
import type { Value } from '../history.ts';
import { numberOf } from './numerals.ts';
import { excerpt, type Place, renderPlace, unreadable } from './source-failure.ts';
import { TextCursor } from './text-cursor.ts';

/** Brackets may not be nested more deeply. */
export const DEPTH_MAX = 200;
/** One record may not be longer: a bracket that is never closed must not fill the memory. */
export const RECORD_CHARACTERS_MAX = 67_108_864;

export type Notation = 'edn' | 'json';

export interface SourceRecord {
  readonly line: number;
  readonly value: Value;
}

export function* readRecords(chunks: Iterable<string>, notation: Notation): Generator<SourceRecord> {
  const reader = new FormReader(new TextCursor(chunks), notation);
  for (let record = reader.record(); record !== undefined; record = reader.record()) yield record;
}

/** Reads the first form of a short text that stands at a place of a source; what follows is not looked at. */
export function readFirstForm(text: string, notation: Notation, place: Place): Value {
  return new FormReader(new TextCursor([text], place), notation).form();
}

const END = -1;
const LINE_FEED = 10;
const QUOTE = 34;
const HASH = 35;
const ROUND_OPEN = 40;
const COMMA = 44;
const COLON = 58;
const SEMICOLON = 59;
const SQUARE_OPEN = 91;
const BACKSLASH = 92;
const UNDERSCORE = 95;
const CURLY_OPEN = 123;

const CLOSER_OF: Readonly<Record<number, number>> = { [ROUND_OPEN]: 41, [SQUARE_OPEN]: 93, [CURLY_OPEN]: 125 };
const COLLECTION_OF: Readonly<Record<number, string>> = { 41: 'list', 93: 'vector', 125: 'map or set' };

/** 1: ends a token. */
const ENDS_TOKEN = new Uint8Array(128);
for (const character of '\t\n\v\f\r ,"()[]{};\\') ENDS_TOKEN[character.charCodeAt(0)] = 1;

const NAMED_CHARACTERS: Readonly<Record<string, string>> = {
  newline: '\n',
  return: '\r',
  space: ' ',
  tab: '\t',
  formfeed: '\f',
  backspace: '\b',
};
const ESCAPES: Readonly<Record<string, string>> = {
  t: '\t',
  n: '\n',
  r: '\r',
  b: '\b',
  f: '\f',
  '"': '"',
  '\\': '\\',
  '/': '/',
};

/** Keywords recur; finding one again spares a new string. */
const KEYWORD_SLOTS = 1024;

class FormReader {
  readonly #cursor: TextCursor;
  readonly #isEdn: boolean;
  readonly #keywords: string[] = Array.from({ length: KEYWORD_SLOTS }, () => '');
  #depth = 0;
  #recordOffset = 0;
  /** What closes the collection of all records, and where that was opened. */
  #outerCloser = 0;
  #outerPlace: Place = { line: 1 };

  constructor(cursor: TextCursor, notation: Notation) {
    this.#cursor = cursor;
    this.#isEdn = notation === 'edn';
  }

  /** The next record; undefined at the end. */
  record(): SourceRecord | undefined {
    for (;;) {
      this.#recordOffset = this.#cursor.offset;
      const first = this.#skip();
      const { line } = this.#cursor;
      if (first === END)
        return this.#outerCloser === 0 ? undefined : this.#failOpen(first, this.#outerCloser, this.#outerPlace);
      if (first === this.#outerCloser) {
        this.#cursor.position++;
        this.#outerCloser = 0;
        continue;
      }
      if (this.#outerCloser === 0 && this.#entersOuter(first)) continue;
      return { line, value: this.#value(first) };
    }
  }

  form(): Value {
    return this.#value(this.#skip());
  }

  /** Steps into a vector or list of records. */
  #entersOuter(first: number): boolean {
    if (first !== SQUARE_OPEN && first !== ROUND_OPEN) return false;
    const place = this.#cursor.place();
    const { position } = this.#cursor;
    const next = this.#peekPastSpace(position + 1);
    const isOuter =
      next === CURLY_OPEN ||
      next === SQUARE_OPEN ||
      next === ROUND_OPEN ||
      next === HASH ||
      next === CLOSER_OF[first] ||
      next === SEMICOLON ||
      next === END;
    if (!isOuter) return false;
    this.#cursor.position++;
    this.#outerCloser = CLOSER_OF[first] ?? 0;
    this.#outerPlace = place;
    return true;
  }

  #peekPastSpace(from: number): number {
    let ahead = from - this.#cursor.position;
    for (;;) {
      const cursor = this.#cursor;
      if (cursor.position + ahead >= cursor.text.length && !cursor.refill(cursor.position)) return END;
      const code = cursor.text.charCodeAt(cursor.position + ahead);
      if (code > 32 && code !== COMMA) return code;
      ahead++;
    }
  }

  /** Steps over space, commas, comments and discarded forms; the code of what stands there. */
  #skip(): number {
    const cursor = this.#cursor;
    for (;;) {
      if (cursor.position >= cursor.text.length && !this.#refill(cursor.position)) return END;
      const code = cursor.text.charCodeAt(cursor.position);
      if (code === LINE_FEED) {
        cursor.position++;
        cursor.startLine();
      } else if (code <= 32 || code === COMMA) cursor.position++;
      else if (code === SEMICOLON && this.#isEdn) this.#skipComment();
      else if (code === HASH && this.#isEdn && this.#at(1) === UNDERSCORE) {
        this.#enter(2);
        this.#value(this.#skip());
        this.#depth--;
      } else return code;
    }
  }

  #skipComment(): void {
    const cursor = this.#cursor;
    for (;;) {
      const end = cursor.text.indexOf('\n', cursor.position);
      cursor.position = end < 0 ? cursor.text.length : end;
      if (end >= 0 || !this.#refill(cursor.position)) return;
    }
  }

  #refill(keepFrom: number): boolean {
    const cursor = this.#cursor;
    if (cursor.offset - this.#recordOffset > RECORD_CHARACTERS_MAX) {
      this.#fail(`one record is longer than ${RECORD_CHARACTERS_MAX} characters`, {
        nextStep: 'check that every bracket is closed; one that is not makes the rest of the file one record',
      });
    }
    return cursor.refill(keepFrom);
  }

  /** The code some characters ahead. */
  #at(ahead: number): number {
    const cursor = this.#cursor;
    while (cursor.position + ahead >= cursor.text.length) {
      if (!this.#refill(cursor.position)) return END;
    }
    return cursor.text.charCodeAt(cursor.position + ahead);
  }

  #value(first: number): Value {
    switch (first) {
      case CURLY_OPEN:
        return this.#map();
      case SQUARE_OPEN:
        return this.#sequence(93, 1);
      case QUOTE:
        return this.#string();
      case 41:
      case 93:
      case 125:
        return this.#fail('a bracket is closed that was not opened', { expected: 'a value' });
      case END:
        return this.#fail('the text ends where a value was expected', { expected: 'a value' });
      default:
        return this.#isEdn ? this.#ednValue(first) : this.#jsonWord();
    }
  }

  #ednValue(first: number): Value {
    if (first === COLON) return this.#keyword();
    if (first === ROUND_OPEN) return this.#sequence(41, 1);
    if (first === HASH) return this.#dispatch();
    if (first === BACKSLASH) return this.#character();
    if (first >= 48 && first <= 57) return this.#number();
    const second = first === 45 || first === 43 ? this.#at(1) : 0;
    if (second >= 48 && second <= 57) return this.#number();
    return wordValue(this.#token(0), 'nil');
  }

  #jsonWord(): Value {
    const first = this.#at(0);
    if (first === 45 || (first >= 48 && first <= 57)) return this.#number();
    const place = this.#cursor.place();
    const word = this.#token(0);
    if (word === 'null' || word === 'true' || word === 'false') return wordValue(word, 'null');
    return unreadable(place, 'this is no JSON value', { received: excerpt(word), expected: 'a JSON value' });
  }

  #map(): Value {
    const place = this.#enter(1);
    const map: Record<string, Value> = {};
    for (;;) {
      const first = this.#skip();
      if (first === 125) break;
      if (endsForms(first)) this.#failOpen(first, 125, place);
      const name = this.#name(first);
      const value = this.#mapped(place);
      if (name in map || name === '__proto__') this.#defineMember(map, name, value);
      else map[name] = value;
    }
    this.#leave();
    return map;
  }

  /** The value of a map's entry, behind its key. */
  #mapped(place: Place): Value {
    let first = this.#skip();
    if (!this.#isEdn) {
      if (first !== COLON) this.#fail('a colon is missing between a name and its value', { expected: '":"' });
      this.#cursor.position++;
      first = this.#skip();
    }
    if (first === 125) this.#fail('the last key of a map has no value', { expected: 'a value' });
    if (endsForms(first)) this.#failOpen(first, 125, place);
    return this.#value(first);
  }

  #name(first: number): string {
    if (!this.#isEdn && first !== QUOTE)
      this.#fail('a name in an object is no string', { expected: 'a name in quotes' });
    const key = this.#value(first);
    return typeof key === 'string' ? key : JSON.stringify(key);
  }

  /** For names that plain assignment would not make members: those of Object.prototype. */
  #defineMember(map: Record<string, Value>, name: string, value: Value): void {
    if (Object.hasOwn(map, name))
      this.#fail(`a map has the key ${excerpt(name)} twice`, { expected: 'every key once' });
    Object.defineProperty(map, name, { value, enumerable: true, configurable: true, writable: true });
  }

  #sequence(closer: number, openerLength: number): Value {
    const place = this.#enter(openerLength);
    const items: Value[] = [];
    for (;;) {
      const first = this.#skip();
      if (first === closer) break;
      if (endsForms(first)) this.#failOpen(first, closer, place);
      items.push(this.#value(first));
    }
    this.#leave();
    return items;
  }

  #enter(openerLength: number): Place {
    const place = this.#cursor.place();
    if (++this.#depth > DEPTH_MAX) this.#fail(`brackets are nested more than ${DEPTH_MAX} deep`);
    this.#cursor.position += openerLength;
    return place;
  }

  #leave(): void {
    this.#depth--;
    this.#cursor.position++;
  }

  #string(): string {
    const cursor = this.#cursor;
    const place = cursor.place();
    let start = ++cursor.position;
    let done = '';
    for (;;) {
      if (cursor.position >= cursor.text.length) {
        if (!this.#refill(start)) unreadable(place, 'a string is not closed', { expected: 'a closing quote' });
        start = 0;
      }
      const code = cursor.text.charCodeAt(cursor.position);
      if (code === QUOTE) break;
      if (code === BACKSLASH) {
        done += cursor.text.slice(start, cursor.position) + this.#escape(place);
        start = cursor.position;
      } else {
        cursor.position++;
        if (code === LINE_FEED) cursor.startLine();
      }
    }
    const rest = cursor.text.slice(start, cursor.position++);
    return done === '' ? rest : done + rest;
  }

  #escape(place: Place): string {
    const code = this.#at(1);
    if (code === END) unreadable(place, 'a string is not closed', { expected: 'a closing quote' });
    const letter = String.fromCharCode(code);
    if (letter !== 'u') {
      const meant =
        ESCAPES[letter] ??
        this.#fail(`the escape \\${letter} is unknown`, { expected: '\\n, \\t, \\", \\\\ or \\u0041' });
      this.#cursor.position += 2;
      return meant;
    }
    this.#at(5);
    const digits = this.#cursor.text.slice(this.#cursor.position + 2, this.#cursor.position + 6);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.#fail('\\u is not followed by four hexadecimal digits');
    this.#cursor.position += 6;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #keyword(): string {
    const cursor = this.#cursor;
    let start = cursor.position + 1;
    let index = start;
    let hash = 0;
    for (;;) {
      if (index >= cursor.text.length) {
        cursor.position = index;
        if (!this.#refill(start)) break;
        index -= start;
        start = 0;
      }
      const code = cursor.text.charCodeAt(index);
      if (code < 128 && ENDS_TOKEN[code] === 1) break;
      hash = (Math.imul(hash, 31) + code) | 0;
      index++;
    }
    cursor.position = index;
    if (index === start) this.#fail('a keyword has no name', { expected: 'a name behind the colon' });
    return this.#keywordAt(start, index, hash);
  }

  #keywordAt(start: number, end: number, hash: number): string {
    const slot = hash & (KEYWORD_SLOTS - 1);
    const known = this.#keywords[slot] ?? '';
    if (known.length === end - start && this.#cursor.text.startsWith(known, start)) return known;
    const name = this.#cursor.text.slice(start, end);
    this.#keywords[slot] = name;
    return name;
  }

  /** The characters up to a delimiter; the first `least` are taken whatever they are. */
  #token(least: number): string {
    const cursor = this.#cursor;
    let start = cursor.position;
    let index = start + least;
    for (;;) {
      if (index >= cursor.text.length) {
        cursor.position = index;
        if (!this.#refill(start)) break;
        index -= start;
        start = 0;
      }
      const code = cursor.text.charCodeAt(index);
      if (code < 128 && ENDS_TOKEN[code] === 1) break;
      index++;
    }
    cursor.position = Math.min(index, cursor.text.length);
    if (index === start) this.#fail('this begins no value', { received: excerpt(cursor.text.charAt(start)) });
    return cursor.text.slice(start, index);
  }

  #number(): Value {
    const { text, position } = this.#cursor;
    const isNegative = text.charCodeAt(position) === 45;
    let index = isNegative ? position + 1 : position;
    let number = 0;
    for (; index < text.length && index - position < 15; index++) {
      const digit = text.charCodeAt(index) - 48;
      if (digit < 0 || digit > 9) break;
      number = number * 10 + digit;
    }
    const code = index < text.length ? text.charCodeAt(index) : 128;
    if (code < 128 && ENDS_TOKEN[code] === 1) {
      this.#cursor.position = index;
      return isNegative && number !== 0 ? -number : number;
    }
    const place = this.#cursor.place();
    return numberOf(this.#token(0), this.#isEdn) ?? unreadable(place, 'this begins like a number and is none');
  }

  #dispatch(): Value {
    const second = this.#at(1);
    if (second === CURLY_OPEN) return this.#sequence(125, 2);
    if (second === QUOTE) {
      this.#cursor.position++;
      return this.#string();
    }
    if (second === HASH) return this.#token(2).slice(2);
    this.#token(1);
    this.#enter(0);
    const tagged = this.#value(this.#skip());
    this.#depth--;
    return tagged;
  }

  #character(): Value {
    const place = this.#cursor.place();
    if (this.#at(1) === END) unreadable(place, 'a backslash is followed by nothing', { expected: 'a character' });
    const name = this.#token(2).slice(1);
    if (name.length === 1) return name;
    if (/^u[0-9a-fA-F]{4}$/.test(name)) return String.fromCharCode(Number.parseInt(name.slice(1), 16));
    return NAMED_CHARACTERS[name] ?? unreadable(place, 'this names no character', { received: excerpt(name) });
  }

  #failOpen(first: number, closer: number, opened: Place): never {
    const expected = `"${String.fromCharCode(closer)}"`;
    const collection = COLLECTION_OF[closer] ?? 'bracket';
    if (first !== END) {
      return this.#fail(`the wrong bracket closes the ${collection} that was opened at ${renderPlace(opened)}`, {
        expected,
      });
    }
    return unreadable(opened, `a ${collection} opened here is not closed: the text ends at line ${this.#cursor.line}`, {
      expected,
      nextStep: 'check that the file was not cut off, and that every bracket is closed',
    });
  }

  #fail(message: string, details: Parameters<typeof unreadable>[2] = {}): never {
    const { text, position } = this.#cursor;
    const received = position < text.length ? { received: excerpt(text.slice(position, position + 100)) } : {};
    return unreadable(this.#cursor.place(), message, { ...received, ...details });
  }
}

function endsForms(code: number): boolean {
  return code === END || code === 41 || code === 93 || code === 125;
}

function wordValue(word: string, nothing: string): Value {
  if (word === nothing) return null;
  if (word === 'true') return true;
  return word === 'false' ? false : word;
}
