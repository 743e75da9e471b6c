import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { AppError } from '../../src/core/errors.ts'
import { jsonLine, jsonText } from '../../src/core/json.ts'
import { FORMATS } from '../../src/report/formats/index.ts'
import { printError, printWarning } from '../../src/ui/error.ts'
import { createOutput } from '../../src/ui/output.ts'
import { FakeCloudWatch } from '../support/fake-cloudwatch.ts'
import { inFolder } from '../support/folder.ts'
import { recordLine } from '../support/invocation-records.ts'
import { noPaint } from '../support/paint.ts'
import { report } from '../support/report.ts'
import { reportContext } from '../support/report-context.ts'

const COMMANDS = [
  '::set-output name=x::y',
  '::add-mask::x',
  '::error::x',
  '::x',
  '##[error]x',
  '##[group]',
  '##vso[task.setvariable variable=a]b',
  '##VSO[a]',
  '###[error]',
]
const BEFORE = [
  '',
  ' ',
  '\t',
  '\r',
  '\n',
  '\r\n',
  '\u2028',
  '\u000b',
  '\u000c',
  '\u0085',
  '\u00a0',
  '\ufeff',
  'a\n',
  'a\r',
  'a\u2028',
  'a ',
  'a-',
  'a/',
  'a'.repeat(40).concat('-'),
  '#\n',
  '\u001b[31m',
  '\u200b',
  ':',
  '"',
  ',',
]
const AFTER = ['', '\n::error::x', ' ::error::x', '\r', 'b'.repeat(50)]
const EVIL = BEFORE.flatMap((before) => COMMANDS.flatMap((command) => AFTER.map((after) => before + command + after)))
const NOW = Date.UTC(2026, 10, 23, 10)

/** As the runners read: GitHub's `ActionCommand.TryParse` and `TryParseV2`, Azure's `Command.TryParse`. Each line end of Unicode is one. */
function commandsIn(text: string): string[] {
  return text
    .split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/)
    .filter((line) => stripVTControlCharacters(line).trimStart().startsWith('::') || /##(?:vso)?\[/i.test(line))
}

test.each([['model'], ['identity'], ['operation'], ['metadata:team'], ['identity,model']])(
  'no name makes a command in any format, by %s',
  (by) => {
    const lines = EVIL.map((text) =>
      recordLine({ model: text, identity: text, operation: text, metadata: { team: text } }),
    )
    return inFolder({ 'a.jsonl': `${lines.join('\n')}\n` }, async (path) => {
      const cx = reportContext(new FakeCloudWatch().client, NOW)
      const source = { name: 'file', path }
      const view = await report(cx, { source, by: by.split(',') })
      const charged = await report(cx, { source, by: by.split(','), charges: ['day', ...by.split(',')] })
      expect(view.report.groups.length).toBeGreaterThan(100)
      for (const format of FORMATS) {
        const { renderReport } = await format.load()
        for (const width of [40, 80, 200]) {
          const text = await renderReport('chargesBy' in format ? charged : view, { width, paint: noPaint })
          expect(commandsIn(text)).toEqual([])
          if (format.name === 'json') expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(view.report)))
          if (format.name !== 'table') break
        }
      }
    })
  },
)

test('nor does a message, a hint, a warning, or anything that is written', () => {
  for (const evil of EVIL) {
    for (const isTTY of [true, false]) {
      const stream = Object.assign(new PassThrough(), { isTTY, columns: 50 })
      const out = createOutput(stream, {}, false)
      printError(out, new AppError('aws', 'X', evil, { hint: evil }), { debug: true })
      printWarning(out, evil)
      printWarning(out, `${'word '.repeat(9)}${evil}`)
      out.line(evil)
      out.write(`${evil}\n`)
      expect(commandsIn(String(stream.read()))).toEqual([])
    }
  }
})

test('JSON loses nothing by it', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...EVIL), fc.string())), (texts) => {
      for (const text of [jsonText(texts), jsonLine(texts)]) {
        expect(JSON.parse(text)).toEqual(texts)
        expect(commandsIn(text)).toEqual([])
      }
    }),
  )
})
