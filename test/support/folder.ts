import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Runs a body with a folder of its own that holds these files by their paths, and removes it, whatever happens. */
export async function inFolder<T>(
  files: Record<string, string | Uint8Array>,
  body: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'bedrock-monitor-'))
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), content)
    }
    return await body(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}
