import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { ValueFinder } from '../../../../src/report/scan/forms/values.ts'

const MB = 2 ** 20

function found(text: string, chunks: readonly number[] = [], limit = MB) {
  const all: unknown[] = []
  const finder = new ValueFinder(limit, {
    value: (bytes) => all.push(JSON.parse(bytes.toString())),
    text: (bytes, isPrefix) => all.push(`${isPrefix ? 'before' : 'text'}: ${bytes}`),
    ahead() {},
    broken: (reason) => all.push(`broken: ${reason}`),
  })
  const bytes = Buffer.from(text)
  let from = 0
  for (const size of [...chunks, bytes.length]) {
    // A copy that is spoilt afterwards: the chunk is the caller's again.
    const chunk = Buffer.from(bytes.subarray(from, from + size))
    finder.push(chunk)
    chunk.fill(0x21)
    from += size
  }
  finder.end()
  return all
}

const json = fc.jsonValue({ maxDepth: 4 })
const members = fc.array(fc.dictionary(fc.string({ maxLength: 8 }), json, { minKeys: 1, maxKeys: 5 }), { maxLength: 8 })
const cuts = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 30 })
const LAYOUTS: readonly [string, (values: readonly object[]) => string][] = [
  ['one a line', (values) => values.map((one) => JSON.stringify(one)).join('\n')],
  ['one a line, as Windows ends lines', (values) => values.map((one) => `${JSON.stringify(one)}\r\n`).join('')],
  ['on end', (values) => values.map((one) => JSON.stringify(one)).join('')],
  ['parted by tabs', (values) => values.map((one) => JSON.stringify(one)).join('\t')],
  ['indented', (values) => values.map((one) => JSON.stringify(one, undefined, 2)).join('\n')],
  ['indented without spaces', (values) => values.map((one) => JSON.stringify(one, undefined, '\t')).join('')],
  ['a list', (values) => JSON.stringify(values)],
  ['an indented list', (values) => JSON.stringify(values, undefined, 4)],
  [
    'the events of a command',
    (values) => JSON.stringify({ events: values, searchedLogStreams: [], nextToken: '[{' }, undefined, 4),
  ],
  ['the log events of a message', (values) => JSON.stringify({ owner: '1', logEvents: values, x: { y: [1] } })],
]

describe('values are found in any layout, wherever chunks are cut', () => {
  it.each(LAYOUTS)('%s', (_, layout) => {
    fc.assert(
      fc.property(members, cuts, (values, chunks) => {
        // An object that looks like a wrapper is one.
        fc.pre(
          !values.some(
            (one) =>
              Object.values(one).some(Array.isArray) &&
              /events|results|Events|ecords|messages/.test(JSON.stringify(one)),
          ),
        )
        expect(found(layout(values), chunks)).toEqual(JSON.parse(JSON.stringify(values)))
      }),
    )
  })
})

test.each<[string, string, unknown[]]>([
  [
    'behind a time and a stream',
    '2026-11-20T10:00:00 s {"a":1}\n2026 t {"a":2}\n',
    ['before: 2026-11-20T10:00:00 s ', { a: 1 }, 'before: 2026 t ', { a: 2 }],
  ],
  ['between other lines', 'hello\n{"a":1}\nH4sIabc\n', ['text: hello', { a: 1 }, 'text: H4sIabc']],
  ['after a line that was cut in a text', '{"a":"x\n{"a":2}\n', ['broken: cut', { a: 2 }]],
  ['after a line that was cut elsewhere', '{"a":[1,\n{"a":2}\n', ['broken: cut', { a: 2 }]],
  ['texts', '"x"\n["y","z"]', ['x', 'y', 'z']],
  ['members that are no values to look at', '[1, null, {"a":1}]', ['text: 1', 'text: null', { a: 1 }]],
  [
    'rows of a query',
    '{"results":[[{"field":"a","value":"b"}],[]],"status":"Complete"}',
    [[{ field: 'a', value: 'b' }], []],
  ],
  ['a list that ends too early', '[{"a":1},{"a"', [{ a: 1 }, 'broken: cut']],
  ['a list that ends too early between its members', '[{"a":1},', [{ a: 1 }, 'broken: cut']],
])('%s', (_, text, expected) => {
  for (let size = 1; size <= text.length; size++)
    expect(found(text, Array(Math.ceil(text.length / size)).fill(size))).toEqual(expected)
})

it('lets no value through that is longer than the limit, and finds the next', () => {
  const long = JSON.stringify({ a: 'x'.repeat(100) })
  for (const size of [1, 7, 1000]) {
    expect(found(`${long}\n{"b":1}`, Array(200).fill(size), 50)).toEqual(['broken: too-long', { b: 1 }])
    expect(found(`[${long},{"b":1}]`, Array(200).fill(size), 50)).toEqual(['broken: too-long', { b: 1 }])
  }
})

it('any bytes at all are no error', () => {
  const bytes = fc.stringMatching(/^[{}[\]",:\\\n a1]{0,60}$/)
  fc.assert(fc.property(bytes, cuts, (text, chunks) => expect(() => found2(text, chunks)).not.toThrow()))
})

function found2(text: string, chunks: readonly number[]): void {
  const finder = new ValueFinder(30, { value() {}, text() {}, ahead() {}, broken() {} })
  const bytes = Buffer.from(text)
  let from = 0
  for (const size of [...chunks, bytes.length]) {
    finder.push(bytes.subarray(from, from + size))
    from += size
  }
  finder.end()
}
