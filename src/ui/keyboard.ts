import { PassThrough } from 'node:stream'
import { declined } from '../core/errors.ts'
import type { Io } from './io.ts'

/** Milliseconds without a key after which nothing more is on its way from before: a terminal hands over at once what it holds. */
const QUIET_MS = 50
/** A key that is held down comes more often than that, and must not keep the question away. */
const MOST_ROUNDS = 20

const CTRL_C = '\u0003'
const ESC = '\u001b'

/** Esc by itself; with `[` or `O` behind it, it is the beginning of an arrow or of another key. */
const hasEsc = (typed: string) =>
  typed
    .split(ESC)
    .slice(1)
    .some((behind) => !/^[[O]/.test(behind))

/**
 * Asks with the keys that are typed from now on. What was typed before answered something else, and is thrown away; only
 * Ctrl-C counts whenever it comes. Throws `declined()` for that, and when the terminal is gone: its input then ends or fails
 * (EIO), and nobody would ever answer. The terminal is left as it was: not raw, and not read.
 */
export async function withKeyboard<Answer>(
  stdin: Io['stdin'],
  ask: (keys: PassThrough) => Promise<Answer>,
): Promise<Answer> {
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
    // With Enter right behind it, Esc would be read as one key, and as no answer.
    if (isAsked && hasEsc(String(typed))) stop()
    else if (isAsked) keys.write(typed)
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
