import { PassThrough, Writable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'

/** A stream that remembers what was written, and, as a terminal, what stands on its screen. */
export class FakeStream extends Writable {
  readonly isTTY: boolean
  columns: number | undefined
  /** Everything that was ever written, escape sequences included. */
  text = ''
  #depth: number
  #lines: string[] = ['']
  #row = 0

  constructor(options: { tty?: boolean; columns?: number; depth?: number } = {}) {
    super({ decodeStrings: false })
    this.isTTY = options.tty ?? false
    this.columns = options.columns
    this.#depth = options.depth ?? 1
  }

  /** What a person sees: the lines of the screen, without empty ones at the end. */
  get screen(): string {
    return this.#lines
      .map((line) => line.trimEnd())
      .join('\n')
      .trimEnd()
  }

  getColorDepth(): number {
    return this.#depth
  }

  cursorTo(): boolean {
    return true
  }

  moveCursor(_columns: number, rows: number): boolean {
    this.#row = Math.max(0, this.#row + rows)
    return true
  }

  clearLine(): boolean {
    this.#lines[this.#row] = ''
    return true
  }

  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    this.text += String(chunk)
    const [first = '', ...more] = stripVTControlCharacters(String(chunk)).split('\n')
    this.#lines[this.#row] = `${this.#lines[this.#row] ?? ''}${first}`
    for (const line of more) {
      this.#row += 1
      this.#lines[this.#row] = line
    }
    done()
  }
}

/** A keyboard: `type` sends keys. */
export class FakeKeyboard extends PassThrough {
  readonly isTTY: boolean
  constructor(tty = true) {
    super()
    this.isTTY = tty
  }
  setRawMode(): this {
    return this
  }
  type(keys: string): void {
    this.write(keys)
  }
}

export interface FakeProcess {
  stdin: FakeKeyboard
  stdout: FakeStream
  stderr: FakeStream
  env: Record<string, string | undefined>
}

/** The terminal side of a process: with a terminal on all three streams, or with none. */
export function fakeProcess(options: { tty: boolean; env?: Record<string, string>; columns?: number }): FakeProcess {
  const stream = () =>
    new FakeStream({ tty: options.tty, ...(options.tty && { columns: options.columns ?? 80, depth: 8 }) })
  return { stdin: new FakeKeyboard(options.tty), stdout: stream(), stderr: stream(), env: options.env ?? {} }
}
