/**
 * The process that makes one search of ours: the search as JSON comes as its parameter, what it took goes to standard output. Bundled by
 * `model-checking.ts` like the program that ships.
 */
import { type OurSearch, searchWithOurs } from './model-checking-cases.ts';

const [text = ''] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify(searchWithOurs(JSON.parse(text) as OurSearch))}\n`);
