import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals'
import { cacheFolder, textCache } from '../../src/cli/text-cache.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bedrock-monitor-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('a cache of texts', () => {
  it('gives back what was written, in a folder that it makes itself', async () => {
    const cache = textCache(join(folder, 'a', 'b'))
    expect(await cache.read('x.json')).toBeUndefined()
    await cache.write('x.json', 'one')
    await cache.write('x.json', 'two')
    expect(await cache.read('x.json')).toBe('two')
  })

  it('holds one whole text, whoever writes at the same time, and no leftovers', async () => {
    const cache = textCache(join(folder, 'crowd'))
    const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(50_000))
    await Promise.all(texts.map((text) => cache.write('x.json', text)))
    expect(texts).toContain(await cache.read('x.json'))
    expect(await readdir(join(folder, 'crowd'))).toEqual(['x.json'])
  })

  it('does no harm where nothing can be written', async () => {
    const file = join(folder, 'file')
    await writeFile(file, '')
    const cache = textCache(join(file, 'under-a-file'))
    await cache.write('x.json', 'one')
    expect(await cache.read('x.json')).toBeUndefined()
  })
})

test.each([
  [{ XDG_CACHE_HOME: '/x', HOME: '/h' }, '/x/bedrock-monitor'],
  [{ HOME: '/h' }, '/h/.cache/bedrock-monitor'],
  [{}, undefined],
])('the cache folder of %j is %p', (env, expected) => {
  expect(cacheFolder(env)).toBe(expected)
})
