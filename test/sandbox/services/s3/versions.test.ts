import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compareKeys, type Version, Versions } from '../../../../src/sandbox/services/s3/versions.ts'

const version = (key: string, id: string): Version => ({
  key,
  id,
  deleted: false,
  modified: 0,
  body: new Uint8Array(),
  etag: '',
})
const key = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 })

describe('the keys of a bucket', () => {
  test('are in the order of their UTF-8 bytes, from any key on', () => {
    fc.assert(
      fc.property(fc.uniqueArray(key), fc.option(key, { nil: '' }), (keys, after) => {
        const versions = new Versions()
        for (const name of keys) versions.put(version(name, 'v'))
        const bytes = (text: string) => Buffer.from(text)
        const expected = keys
          .filter((name) => Buffer.compare(bytes(name), bytes(after)) > 0)
          .sort((a, b) => Buffer.compare(bytes(a), bytes(b)))
        expect([...versions.keys(after)]).toEqual(expected)
      }),
    )
  })

  test('beyond the basic plane come last, unlike in JavaScript', () => {
    expect('\u{1F600}' < '\uFF5E').toBe(true)
    expect(compareKeys('\u{1F600}', '\uFF5E')).toBe(1)
  })

  test('are the same after any mixture of puts and removals as those of a plain list', () => {
    const change = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2', 'null'), fc.boolean())
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const versions = new Versions()
        let model: [string, string][] = []
        for (const [name, id, add] of changes) {
          const without = model.filter(([n, i]) => n !== name || i !== id)
          if (add && (id === 'null' || !model.some(([n, i]) => n === name && i === id))) {
            versions.put(version(name, id))
            model = [[name, id], ...without]
          } else if (!add) {
            versions.remove(name, id)
            model = without
          }
        }
        for (const name of ['a', 'b', 'c']) {
          expect(versions.of(name).map(({ id }) => id)).toEqual(model.filter(([n]) => n === name).map(([, id]) => id))
        }
        expect(versions.empty).toBe(model.length === 0)
        expect([...versions.keys()]).toEqual([...new Set(model.map(([name]) => name))].sort())
      }),
    )
  })
})
