import { PassThrough } from 'node:stream'
import { declined, usageError } from '../core/errors.ts'
import { ascii, plain } from '../text/escape.ts'
import { wrap, wrapTerms } from '../text/wrap.ts'
import type { Io } from './io.ts'
import type { Output } from './output.ts'

interface Choice<Value extends string> {
  /** The word to answer with; its first letter will do. */
  value: Value
  title: string
}

const YES = ['y', 'yes']
const LEAST_COLUMNS = 40
const ROOM_FOR_ANSWER = 16

export type Prompter = ReturnType<typeof createPrompter>

/**
 * Asks a person; throws a usage error that names `instead`, the flag that answers it beforehand, where nobody is there, and
 * `declined()` at Ctrl-C, Ctrl-D and the end of the input.
 */
export function createPrompter(io: Io) {
  const ask = async (question: string, instead: string, above: readonly string[] = []): Promise<string> => {
    if (!io.isInteractive) throw usageError(`there is no terminal to ask: ${question}`, `pass ${instead}`)
    const { default: prompts } = await import('prompts')
    const width = Math.max(LEAST_COLUMNS, io.stderr.width)
    // Only what stands in one line can be drawn anew with each key: what goes before the question stands above it.
    const end = question.lastIndexOf('. ') + 1
    const lines = [...above, ...(end > 0 ? wrap(question.slice(0, end), width) : [])]
    lines.push(...wrap(question.slice(end), width - ROOM_FOR_ANSWER))
    const last = lines.pop() ?? ''
    return withKeyboard(io.stdin, (keys) => {
      for (const line of lines) io.stderr.line(line)
      return oneLine(prompts, last, { stdin: keys, stdout: inAscii(io.stderr) })
    })
  }
  return {
    /** Only `y` and `yes` mean yes: Enter alone and all else mean no. */
    confirm: async (question: string, instead: string) =>
      YES.includes((await ask(`${plain(question)} (y/N)`, instead)).toLowerCase()),
    /** Asks again until `check` says no more what the answer has to be; Enter alone is the empty one. */
    async text(question: string, instead: string, check: (answer: string) => string | undefined): Promise<string> {
      for (;;) {
        const answer = await ask(plain(question), instead)
        const wrong = answer === '' ? undefined : check(answer)
        if (wrong === undefined) return answer
        io.stderr.line(`'${plain(answer)}' is not ${wrong}.`)
      }
    },
    /** Asks again until one of the words, or its first letter, is the answer. */
    async choose<Value extends string>(question: string, choices: readonly Choice<Value>[], instead: string) {
      const words = choices.map(({ value }) => value)
      const meanings = wrapTerms(
        choices.map(({ value, title }) => [`  ${value}`, title]),
        io.stderr.width,
      )
      for (;;) {
        const answer = (await ask(`${plain(question)} (${words.join('/')})`, instead, meanings)).toLowerCase()
        const chosen = choices.find(({ value }) => answer !== '' && (answer === value || answer === value[0]))
        if (chosen) return chosen.value
        io.stderr.line(`Answer with ${words.join(', ')} or its first letter, and Enter.`)
      }
    },
  }
}

/** What is typed up to the first Enter, without the white space around it. */
async function oneLine(prompts: typeof import('prompts'), message: string, streams: object): Promise<string> {
  let line: string | undefined
  const onSubmit = (text: unknown) => {
    // A second line that is pasted along comes before the library has closed the first; it is no part of the answer.
    line ??= String(text)
    return true
  }
  const cancel = () => {
    throw declined()
  }
  // Ctrl-C, Ctrl-D and Esc would otherwise answer undefined. The library's types want more of streams than it uses.
  await prompts({ type: 'text', name: 'answer', message, validate: onSubmit, ...streams }, { onCancel: cancel })
  return (line ?? '').trim()
}

/** The library draws signs of its own, and moves the cursor, which `shown` would take away. */
function inAscii({ stream, unicode }: Output): Pick<Output['stream'], 'columns' | 'write'> {
  if (unicode) return stream
  return { columns: stream.columns, write: (text: string) => stream.write(ascii(text)) }
}

/** Milliseconds without a key after which nothing more is on its way from before: a terminal hands over at once what it holds. */
const QUIET_MS = 50
/** A key that is held down comes more often than that, and must not keep the question away. */
const MOST_ROUNDS = 20

const CTRL_C = '\u0003'

/** Esc by itself; with `[` or `O` behind it, it is the beginning of an arrow or of another key. */
const LONE_ESC = new RegExp(`${String.fromCharCode(27)}(?![[O])`)

/** Asks with the keys typed from now on; before that only Ctrl-C counts. A terminal that is gone (EIO) is `declined()`, too. */
async function withKeyboard<Answer>(stdin: Io['stdin'], ask: (keys: PassThrough) => Promise<Answer>): Promise<Answer> {
  const keys = new PassThrough()
  let stop = () => {}
  const cancelled = new Promise<never>((_, reject) => {
    stop = () => reject(declined())
  })
  // Who waits for it comes later.
  cancelled.catch(() => {})
  let isAsked = false
  let isQuiet = true
  const take = (typed: Buffer | string) => {
    isQuiet = false
    // With Enter right behind it, Esc would be read as one key, and as no answer. Ctrl-C also ends the line of the question.
    if (isAsked) keys.write(LONE_ESC.test(String(typed)) ? CTRL_C : typed)
    else if (String(typed).includes(CTRL_C)) stop()
  }
  const listeners = [
    ['data', take] as const,
    ...(['end', 'close', 'error'] as const).map((name) => [name, () => stop()] as const),
  ]
  for (const [name, listener] of listeners) stdin.on(name, listener)
  if (!stdin.readable) stop()
  // In raw mode the terminal holds nothing back, and shows nothing by itself.
  stdin.setRawMode?.(true)
  stdin.resume()
  try {
    for (let round = 0; round === 0 || (!isQuiet && round < MOST_ROUNDS); round += 1) {
      isQuiet = true
      await Promise.race([new Promise((resolve) => setTimeout(resolve, QUIET_MS)), cancelled])
    }
    isAsked = true
    return await Promise.race([ask(keys), cancelled])
  } finally {
    for (const [name, listener] of listeners) stdin.off(name, listener)
    stdin.pause()
    stdin.setRawMode?.(false)
  }
}
