import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'

/**
 * Runs `use` with what a TypeScript file of this repository exports: Node.js 20 runs no TypeScript. Packages are found from where
 * the bundle lies.
 */
export async function withTypeScript(path, use) {
  const folder = mkdtempSync(join(import.meta.dirname, 'node_modules', '.generate-'))
  try {
    const isPackage = (id) => !/^[./\\]|^[A-Za-z]:/.test(id)
    const bundle = await rolldown({ input: join(import.meta.dirname, path), platform: 'node', external: isPackage })
    await bundle.write({ dir: folder, format: 'esm', entryFileNames: 'entry.mjs', chunkFileNames: '[name]-[hash].mjs' })
    await bundle.close()
    await use(await import(pathToFileURL(join(folder, 'entry.mjs')).href))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
