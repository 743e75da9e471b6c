import { afterAll, beforeAll, beforeEach } from '@jest/globals'
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts'
import { type RunOptions, runLine } from '../run.ts'

/** A sandbox for the tests of a file, empty before each of them, and a way to run commands on it. */
export function onSandbox() {
  const held: { sandbox?: Sandbox } = {}
  const sandbox = () => {
    if (!held.sandbox) throw new Error('the sandbox is not running')
    return held.sandbox
  }
  beforeAll(() => {
    // The SDK reads it from the process, whatever environment a command is handed.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
    // For clients that a test makes itself; commands go by the environment that they are handed.
    process.env.AWS_ACCESS_KEY_ID = 'sandbox'
    process.env.AWS_SECRET_ACCESS_KEY = 'sandbox'
  })
  beforeEach(async () => {
    await held.sandbox?.close()
    held.sandbox = await startSandbox()
  })
  afterAll(() => held.sandbox?.close())
  return {
    sandbox,
    run: (line: string, options: RunOptions = {}) =>
      runLine(line.split(' '), { ...options, env: { ...sandbox().env, NO_COLOR: '1', ...options.env } }),
    writes: () => sandbox().calls.filter(({ writing }) => writing),
  }
}

/** Types each text once its question stands on the screen. */
export function answering(
  ...dialogue: readonly (readonly [question: RegExp, keys: string])[]
): NonNullable<RunOptions['meanwhile']> {
  return ({ stdin, stderr }) => {
    const waiting = [...dialogue]
    let seen = 0
    const look = () => {
      const [next] = waiting
      if (!next) return clearInterval(timer)
      if (!next[0].test(stderr.text.slice(seen))) return
      waiting.shift()
      seen = stderr.text.length
      stdin.type(next[1])
    }
    const timer = setInterval(look, 5)
    timer.unref()
  }
}
