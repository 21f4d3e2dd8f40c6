/**
 * Creates a directory level by level. `mkdir` with `recursive` never returns on a file system that answers ENOENT for what its
 * root may not hold, such as /proc (Node 20): it takes that for a missing parent, again and again. Here each level is made once.
 */
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Every level that is missing is made for this user only. Rejects with what the file system says, which names the level. */
export async function createDirectory(path: string): Promise<void> {
  if (await isDirectory(path)) return;
  const parent = dirname(path);
  if (parent !== path) await createDirectory(parent);
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it since.
    if (!(await isDirectory(path))) throw error;
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
