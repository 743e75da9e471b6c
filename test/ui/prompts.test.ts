import { describe, expect, test } from '@jest/globals'
import { createIo } from '../../src/ui/io.ts'
import { createPrompter } from '../../src/ui/prompts.ts'
import { type FakeProcess, fakeProcess } from './fake-terminal.ts'

const CHOICES = [
  { value: 'retry', title: 'try it again' },
  { value: 'skip', title: 'go on without it' },
  { value: 'abort', title: 'start nothing more' },
] as const

/** Does each thing once its question stands on the screen. */
function person(process: FakeProcess, ...dialogue: readonly (readonly [shown: RegExp, act: string | (() => void)])[]) {
  const waiting = [...dialogue]
  let seen = 0
  const timer = setInterval(() => {
    const [next] = waiting
    if (!next) return clearInterval(timer)
    if (!next[0].test(process.stderr.text.slice(seen))) return
    waiting.shift()
    seen = process.stderr.text.length
    if (typeof next[1] === 'string') process.stdin.type(next[1])
    else next[1]()
  }, 2)
  timer.unref()
}

function answering(...keys: (string | (() => void))[]) {
  const process = fakeProcess({ tty: true })
  person(process, ...keys.map((each) => [/What now|Apply this/, each] as const))
  return { process, prompter: createPrompter(createIo(process)) }
}
const apply = (...keys: string[]) => answering(...keys).prompter.confirm('Apply this?', '--yes')
const cancelled = { kind: 'interrupted', code: 'Declined', message: 'Cancelled. Nothing changed.' }

describe('yes or no', () => {
  test.each([
    ['y\r', true],
    ['yes\r', true],
    ['Y\r', true],
    ['YES\r', true],
    [' yEs \r', true],
    ['y\n', true],
    ['y\r\n', true],
    ['x\u007fy\r', true],
    ['\r', false],
    ['\n', false],
    ['n\r', false],
    ['no\r', false],
    ['ye\r', false],
    ['yy\r', false],
    ['yes!\r', false],
    ['yep\r', false],
    ['ja\r', false],
    ['1\r', false],
    ['true\r', false],
    ['\uff59\r', false],
    ['y es\r', false],
    ['not yes\r', false],
    ['--yes\r', false],
    ['\u001b[A\r', false],
    ['\u001b[C\r', false],
    [' \r', false],
  ])('%j means %s', async (keys, expected) => {
    expect(await apply(keys)).toBe(expected)
  })

  test('a single key answers nothing before Enter', async () => {
    const { process, prompter } = answering('y')
    let answered = false
    const asked = prompter.confirm('Apply this?', '--yes').finally(() => {
      answered = true
    })
    while (!process.stderr.screen.endsWith('y')) await new Promise((resolve) => setTimeout(resolve, 5))
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate)
    expect(answered).toBe(false)
    process.stdin.type('\u007fn\r')
    expect(await asked).toBe(false)
  })

  test('the question goes to stderr', async () => {
    const { process, prompter } = answering('y\r')
    await prompter.confirm('Apply this?', '--yes')
    expect(process.stderr.text).toContain('Apply this?')
    expect(process.stdout.text).toBe('')
  })
})

describe('what was typed before the question stood there', () => {
  test.each(['y\r', 'y', 'yes\nyes\n', 'y\ry\ry\r', '\r\r\r'])('%j does not count', async (early) => {
    const process = fakeProcess({ tty: true })
    process.stdin.type(early)
    person(process, [/Apply this/, 'n\r'])
    expect(await createPrompter(createIo(process)).confirm('Apply this?', '--yes')).toBe(false)
    expect(process.stderr.text).toContain('Apply this?')
  })

  test('nor does a "no" that was meant for something else', async () => {
    const process = fakeProcess({ tty: true })
    process.stdin.type('n\r')
    person(process, [/Apply this/, 'yes\r'])
    expect(await createPrompter(createIo(process)).confirm('Apply this?', '--yes')).toBe(true)
  })

  test('a second line that is pasted along is the answer neither to this question nor to the next', async () => {
    const process = fakeProcess({ tty: true })
    const prompter = createPrompter(createIo(process))
    person(process, [/First/, 'y\ry\ry\r'], [/Second/, '\r'])
    expect(await prompter.confirm('First?', '--yes')).toBe(true)
    expect(await prompter.confirm('Second?', '--yes')).toBe(false)
    person(process, [/Third/, 'n\ryes\r'], [/Fourth/, 'n\r'])
    expect(await prompter.confirm('Third?', '--yes')).toBe(false)
    expect(await prompter.confirm('Fourth?', '--yes')).toBe(false)
  })

  test('but Ctrl-C does: it is a wish to stop, whenever it comes', async () => {
    const process = fakeProcess({ tty: true })
    process.stdin.type('y\u0003')
    await expect(createPrompter(createIo(process)).confirm('Apply this?', '--yes')).rejects.toMatchObject(cancelled)
    expect(process.stderr.text).not.toContain('Apply this?')
  })

  test('a key that is held down does not keep the question away', async () => {
    const process = fakeProcess({ tty: true })
    const held = setInterval(() => process.stdin.type('x'), 10)
    const asked = createPrompter(createIo(process)).confirm('Apply this?', '--yes')
    while (!process.stderr.text.includes('Apply this?')) await new Promise((resolve) => setTimeout(resolve, 5))
    clearInterval(held)
    process.stdin.type('\r')
    expect(await asked).toBe(false)
  })
})

describe('no answer at all cancels', () => {
  test.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
    ['Ctrl-C after yes', 'yes\u0003'],
    ['Escape', '\u001b'],
    ['Escape after y, and Enter', 'y\u001b\r'],
  ])('%s', async (_, keys) => {
    const { process, prompter } = answering(keys)
    await expect(prompter.confirm('Apply this?', '--yes')).rejects.toMatchObject(cancelled)
    // What is written next stands on a line of its own.
    expect(process.stderr.text.replace('\u001b[?25h', '')).toMatch(/\n$/)
  })

  test('the end of the input, before, at and after the question', async () => {
    const early = fakeProcess({ tty: true })
    early.stdin.end()
    await expect(createPrompter(createIo(early)).confirm('Apply this?', '--yes')).rejects.toMatchObject(cancelled)
    await expect(createPrompter(createIo(early)).confirm('Apply this?', '--yes')).rejects.toMatchObject(cancelled)

    const late = fakeProcess({ tty: true })
    person(late, [/Apply this/, () => late.stdin.end('yes')])
    await expect(createPrompter(createIo(late)).confirm('Apply this?', '--yes')).rejects.toMatchObject(cancelled)
  })

  test('a terminal that fails', async () => {
    const process = fakeProcess({ tty: true })
    person(process, [/Apply this/, () => process.stdin.destroy(new Error('EIO'))])
    await expect(createPrompter(createIo(process)).confirm('Apply this?', '--yes')).rejects.toMatchObject(cancelled)
  })
})

describe('a choice', () => {
  const choose = (...keys: string[]) => answering(...keys).prompter.choose('What now?', CHOICES, '--yes')

  test.each([
    ['retry\r', 'retry'],
    ['r\r', 'retry'],
    ['S\r', 'skip'],
    ['Skip\r', 'skip'],
    [' abort \r', 'abort'],
    ['a\r', 'abort'],
  ])('%j means %s', async (keys, expected) => {
    expect(await choose(keys)).toBe(expected)
  })

  test.each(['\r', 'y\r', 'yes\r', 're\r', 'retry skip\r', '1\r', '\u001b[B\r'])(
    '%j is none: it is asked again',
    async (keys) => {
      const process = fakeProcess({ tty: true })
      person(process, [/What now/, keys], [/Answer with[\s\S]*What now/, 's\r'])
      expect(await createPrompter(createIo(process)).choose('What now?', CHOICES, '--yes')).toBe('skip')
    },
  )

  test('says what each word means', async () => {
    const { process, prompter } = answering('a\r')
    await prompter.choose('What now?', CHOICES, '--yes')
    expect(process.stderr.text).toMatch(
      / retry {2}try it again\n +skip {3}go on without it\n +abort {2}start nothing more\n[\s\S]*What now\? \(retry\/skip\/abort\)/,
    )
  })

  test('Ctrl-C chooses nothing', async () => {
    await expect(choose('\u0003')).rejects.toMatchObject({ kind: 'interrupted' })
  })
})

test('the terminal is as it was after each question: not raw, and not read', async () => {
  const modes: boolean[] = []
  const process = fakeProcess({ tty: true })
  process.stdin.setRawMode = function setRawMode(this: typeof process.stdin, ...[raw]: boolean[]) {
    modes.push(raw === true)
    return this
  } as typeof process.stdin.setRawMode
  const prompter = createPrompter(createIo(process))
  person(process, [/First/, 'y\r'], [/Second/, '\u0003'])
  await prompter.confirm('First?', '--yes')
  expect([modes.at(-1), process.stdin.isPaused()]).toEqual([false, true])
  await expect(prompter.confirm('Second?', '--yes')).rejects.toThrow()
  expect([modes.at(-1), process.stdin.isPaused()]).toEqual([false, true])
})

test('where nobody is there, nothing waits: the error names the flag to pass', async () => {
  const prompter = createPrompter(createIo(fakeProcess({ tty: false })))
  await expect(prompter.confirm('Apply this?', '--yes')).rejects.toMatchObject({ kind: 'usage', hint: 'pass --yes' })
  await expect(prompter.choose('What now?', CHOICES, '--yes')).rejects.toMatchObject({ kind: 'usage' })
})
