import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { printJson } from '../../src/cli/command.ts'
import { printChangeResult } from '../../src/cli/commands/change-result.ts'
import type { ChangeReport } from '../../src/core/change-report.ts'
import { AppError } from '../../src/core/errors.ts'
import type { Event } from '../../src/core/events.ts'
import type { WarningCode } from '../../src/core/warnings.ts'
import { harmless } from '../../src/text/escape.ts'
import { printError } from '../../src/ui/error.ts'
import { createIo } from '../../src/ui/io.ts'
import { createPrompter } from '../../src/ui/prompts.ts'
import { chooseReporter } from '../../src/ui/reporters.ts'
import { FORBIDDEN, hostileText } from '../support/hostile.ts'
import { type FakeProcess, fakeProcess } from './fake-terminal.ts'

const ESC = String.fromCharCode(27)
/** What the program itself sends to a terminal: colours, the redrawing of its live display, and the cursor kept and put back. */
const OWN = new RegExp(`${ESC}(\\[[\\d;?]*[mhlAGKJ]|[78])`, 'g')

function expectSafe(...texts: string[]): void {
  for (const text of texts) expect(text.replace(OWN, '').replace(/[\t\r]/g, '')).not.toMatch(FORBIDDEN)
}

/** A terminal whose colours are off, so that every escape in it came from outside. */
const terminal = (tty = false): FakeProcess => fakeProcess({ tty, env: { NO_COLOR: '1' } })

const appOn = (process: FakeProcess, debug: boolean, json = false) =>
  ({ io: createIo(process), common: { json, debug }, reporter: { pause: () => {} } }) as unknown as Parameters<
    typeof printChangeResult
  >[0]

const hostileError = fc
  .tuple(hostileText, hostileText, hostileText, hostileText)
  .map(([code, message, hint, cause]) => new AppError('aws', code, message, { hint, cause: new Error(cause) }))

const hostileReport: fc.Arbitrary<ChangeReport> = fc
  .record({
    name: hostileText,
    path: hostileText,
    from: fc.oneof(
      hostileText,
      fc.jsonValue(),
      hostileText.map((text) => ({ [text]: [text] })),
    ),
    reason: hostileText,
    error: hostileError,
    action: fc.constantFrom('create', 'update', 'none', 'remove', 'blocked'),
    outcome: fc.constantFrom('done', 'unchanged', 'skipped', 'failed', 'not-run'),
    warning: hostileText,
  })
  .map(({ name, path, from, reason, error, action, outcome, warning }) => ({
    schemaVersion: 1,
    command: 'setup',
    accountId: '111122223333',
    regions: ['us-east-1'],
    ok: false,
    resources: [
      {
        step: '1',
        region: 'us-east-1',
        type: 'iam-role',
        name,
        action,
        outcome,
        changes: [{ path, from, to: name }],
        reason,
        ...(outcome === 'failed' && { error: { code: error.code, message: error.message } }),
      },
    ],
    warnings: [{ code: 'no-usage', message: warning }],
  })) as fc.Arbitrary<ChangeReport>

describe('nothing from outside steers the terminal', () => {
  test('by way of an error, its hint, its code, its stack or its cause', () => {
    fc.assert(
      fc.property(hostileError, fc.boolean(), (error, debug) => {
        const process = terminal()
        printError(createIo(process).stderr, error, { debug })
        expectSafe(process.stderr.text)
      }),
      { numRuns: 500 },
    )
  })

  test('by way of a plan, a status, or what became of a resource', () => {
    fc.assert(
      fc.property(hostileReport, hostileError, fc.boolean(), (report, error, debug) => {
        const process = terminal()
        const asStatus = { ...report, command: 'status' }
        printChangeResult(appOn(process, debug), { report: asStatus, error }, { exitCode: true })
        printChangeResult(appOn(process, debug), { report, error }, { dryRun: false, next: [] })
        expectSafe(process.stdout.text, process.stderr.text)
      }),
      { numRuns: 500 },
    )
  })

  test('by way of JSON, which still says the same', () => {
    fc.assert(
      fc.property(fc.jsonValue(), hostileText, fc.dictionary(hostileText, hostileText), (value, text, map) => {
        const process = terminal()
        const sent = { value, text, map }
        printJson(appOn(process, false), sent)
        expectSafe(process.stdout.text)
        expect(JSON.parse(process.stdout.text)).toEqual(JSON.parse(JSON.stringify(sent)))
      }),
      { numRuns: 500 },
    )
  })

  const story = fc.tuple(hostileText, hostileText, hostileText).map(([name, note, code]): Event[] => [
    { type: 'phase', title: name },
    { type: 'phase-done' },
    { type: 'resource-start', id: name, step: '1', label: name, verb: 'update' },
    { type: 'resource-progress', id: name, note, done: 1, total: 2 },
    { type: 'call', service: 'iam', operation: 'GetRole', ms: 1, attempts: 2, error: code },
    { type: 'warning', warning: { code: code as WarningCode, message: note } },
    {
      type: 'resource-end',
      id: name,
      step: '1',
      label: name,
      outcome: 'failed',
      error: new AppError('aws', code, note),
    },
  ])

  test.each([
    ['line by line', false, { quiet: false, json: false, debug: false }],
    ['with every call', false, { quiet: false, json: false, debug: true }],
    ['quiet', false, { quiet: true, json: false, debug: false }],
    ['redrawn in place', true, { quiet: false, json: false, debug: false }],
  ])('by way of progress, %s', async (_title, tty, flags) => {
    await fc.assert(
      fc.asyncProperty(story, async (events) => {
        const process = terminal(tty)
        const reporter = await chooseReporter(createIo(process), flags)
        for (const event of events) reporter.event(event)
        reporter.pause()
        expectSafe(process.stderr.text)
      }),
      { numRuns: 100 },
    )
  })

  test('by way of a question', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (question) => {
        const process = terminal(true)
        const asked = createPrompter(createIo(process)).confirm(question, '--yes')
        while (!process.stderr.text.includes('(y/N)')) await new Promise((resolve) => setTimeout(resolve, 2))
        process.stdin.type('y\r')
        await asked
        expectSafe(process.stderr.text)
      }),
      { numRuns: 50 },
    )
  })
})

describe('harmless', () => {
  test('leaves colours and line ends, and takes every other way to steer', () => {
    const red = `${ESC}[31mred${ESC}[0m\r\n\tnext`
    expect(harmless(red)).toBe(red)
    expect(harmless(`${ESC}[2J${ESC}]0;title\u0007\u009b31m\u202e\r\u2028x`)).toBe('[2J]0;title31mx')
  })

  test('whatever it is given, nothing else is left', () => {
    fc.assert(
      fc.property(fc.array(hostileText), (parts) => {
        expectSafe(harmless(parts.join(ESC)))
      }),
      { numRuns: 1_000 },
    )
  })
})
