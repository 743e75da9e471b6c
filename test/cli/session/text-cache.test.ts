import { spawnSync } from 'node:child_process'
import {
  chmod,
  chown,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from '@jest/globals'
import { cacheFolder, textCache } from '../../../src/cli/session/cache-folder.ts'

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
    expect(await readdir(join(folder, 'crowd'))).toEqual([expect.stringMatching(/-x\.json$/)])
  })

  it('does no harm where nothing can be written', async () => {
    const file = join(folder, 'file')
    await writeFile(file, '')
    const cache = textCache(join(file, 'under-a-file'))
    await cache.write('x.json', 'one')
    expect(await cache.read('x.json')).toBeUndefined()
  })

  it('is private to its user', async () => {
    const private_ = join(folder, 'private')
    await mkdir(private_, { mode: 0o755 })
    await textCache(private_).write('x.json', 'one')
    const [name = ''] = await readdir(private_)
    expect((await stat(private_)).mode & 0o777).toBe(0o700)
    expect((await stat(join(private_, name))).mode & 0o777).toBe(0o600)
  })
})

describe('what stands in the place of a kept text and is none', () => {
  let place = ''
  let path = ''
  const cache = () => textCache(place)
  beforeEach(async () => {
    place = await mkdtemp(join(folder, 'odd-'))
    await cache().write('x.json', 'one')
    path = join(place, (await readdir(place))[0] ?? '')
    expect(await cache().read('x.json')).toBe('one')
  })

  test.each<[string, () => Promise<unknown>]>([
    ['a link', async () => [await rename(path, `${path}.real`), await symlink(`${path}.real`, path)]],
    ['a second name of a file', () => link(path, join(folder, 'second-name'))],
    ['a FIFO, which would be waited for', async () => [await rm(path), spawnSync('mkfifo', ['-m', '600', path])]],
    ['a folder', async () => [await rm(path), await mkdir(path)]],
    ['one that others may read', () => chmod(path, 0o644)],
    ['one that others may write', () => chmod(path, 0o602)],
    ['one in a folder that others may open', () => chmod(place, 0o755)],
    [
      'one in a folder that is a link',
      async () => [await rename(place, `${place}x`), await symlink(`${place}x`, place)],
    ],
  ])('%s is not read', async (_, make) => {
    await make()
    expect(await cache().read('x.json')).toBeUndefined()
  })

  test('one larger than any that is written is cut: its reader takes it for damaged', async () => {
    await truncate(path, 33 * 1024 * 1024)
    expect((await cache().read('x.json'))?.length).toBe(32 * 1024 * 1024)
  })

  test('a link is replaced, and what it leads to stays as it is', async () => {
    const other = join(folder, 'of-somebody')
    await writeFile(other, 'theirs')
    await rm(path)
    await symlink(other, path)
    await cache().write('x.json', 'two')
    expect([await readFile(other, 'utf8'), await cache().read('x.json')]).toEqual(['theirs', 'two'])
  })

  const asRoot = process.getuid?.() === 0 ? test : test.skip
  asRoot('a file of another user is not read (as root only)', async () => {
    await chown(path, 12_345, 12_345)
    expect(await cache().read('x.json')).toBeUndefined()
  })
})

test.each([
  [{ XDG_CACHE_HOME: '/x', HOME: '/h' }, '/x/bedrock-monitor'],
  [{ HOME: '/h' }, '/h/.cache/bedrock-monitor'],
  [{ XDG_CACHE_HOME: 'x/y', HOME: '/h' }, '/h/.cache/bedrock-monitor'],
  [{}, undefined],
])('the cache folder of %j is %p', (env, expected) => {
  expect(cacheFolder(env)).toBe(expected)
})
