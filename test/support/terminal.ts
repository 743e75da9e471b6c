import { spawn } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'
import { BIN, inherited } from './program.ts'

export interface OnTerminal {
  code: number | null
  /** Everything that was shown, without colours and cursor movements. */
  screen: string
}

/** What to type when a text has appeared. */
export type Typing = readonly (readonly [whenShown: RegExp, keys: string])[]

const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`

/** Runs the built program on a terminal of its own (`script` gives it one), and types what is asked for. */
export function onTerminal(
  args: readonly string[],
  env: Record<string, string>,
  typing: Typing = [],
): Promise<OnTerminal> {
  const command = ['stty cols 100 rows 40 2>/dev/null;', 'exec', process.execPath, BIN, ...args.map(quote)].join(' ')
  return new Promise((resolve, reject) => {
    const child = spawn('script', ['-qefc', command, '/dev/null'], {
      env: {
        ...inherited(),
        HOME: '/nonexistent',
        TERM: 'xterm-256color',
        AWS_EC2_METADATA_DISABLED: 'true',
        ...env,
      },
    })
    const waiting = [...typing]
    let shown = ''
    let seen = 0
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text
      const [next] = waiting
      if (next?.[0].test(stripVTControlCharacters(shown.slice(seen)))) {
        waiting.shift()
        seen = shown.length
        child.stdin.write(next[1])
      }
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, screen: stripVTControlCharacters(shown) }))
  })
}
