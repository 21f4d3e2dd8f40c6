/**
 * One of several processes that write, read and evict in one directory: `store-writer.ts DIRECTORY BYTES_MAX FIRST LAST`.
 * Prints what went wrong, one JSON line; the ids it saved otherwise.
 */
import { createFileRunStore } from '../run-store.ts';

const [directory = '', bytesMax, first, last] = process.argv.slice(2);
const store = createFileRunStore({ directory, bytesMax: Number(bytesMax), nowMs: Date.now });

const ids: string[] = [];
const problems: string[] = [];
for (let index = Number(first); index < Number(last); index++) {
  const items = Array.from({ length: 50 }, (_, item) => `run ${index} item ${item}`);
  const { id } = await store.save({ tool: 'store_writer', reproduce: `${index}`, parts: { items } });
  ids.push(id);
  try {
    const page = await store.readPage({ runId: id, part: 'items', limit: 50 });
    // A run may be gone already, evicted by another process, but it is never half there.
    if (JSON.stringify(page.items) !== JSON.stringify(items)) problems.push(`${id} was read back differently`);
  } catch (error) {
    if (!String(error).includes('run/not_found')) problems.push(String(error));
  }
}
process.stdout.write(JSON.stringify({ ids, problems }));
