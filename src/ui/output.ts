import { writeSync } from 'node:fs'
import { Writable } from 'node:stream'
import { Chalk } from 'chalk'
import { ascii, harmless } from '../text/escape.ts'
import { type Painter, STYLES } from '../text/painter.ts'

/** What decides about colour: a stream's own word, which knows the terminal and its TERM. */
export interface ColourStream {
  isTTY?: boolean
  getColorDepth?(env?: object): number
}

/** 0 none, 1 sixteen, 2 256, 3 all. `--no-color` beats FORCE_COLOR, which beats NO_COLOR; chalk looks at none of these. */
export function colourLevel(stream: ColourStream, env: Env, wanted = true): 0 | 1 | 2 | 3 {
  if (!wanted) return 0
  const { FORCE_COLOR: forced, NO_COLOR: none } = env
  if (forced) return forced === '0' || forced === 'false' ? 0 : forced === '2' ? 2 : forced === '3' ? 3 : 1
  if (none || !stream.isTTY || !stream.getColorDepth) return 0
  // Bits a pixel: 1, 4, 8 or 24. An empty NO_COLOR says nothing (no-color.org); Node takes it for a no.
  const bits = stream.getColorDepth({ ...env, NO_COLOR: undefined })
  return bits >= 24 ? 3 : bits >= 8 ? 2 : bits >= 4 ? 1 : 0
}

export type Env = Readonly<Record<string, string | undefined>>

/** A writable stream as far as this program uses it: `process.stdout` and a test's own are both one. */
export interface OutputStream extends NodeJS.WritableStream, ColourStream {
  columns?: number | undefined
  rows?: number | undefined
}

/** A pipe or a file has no width; wide enough that nothing has to be left out. */
export const WIDTH_WITHOUT_TERMINAL = 200
/** A terminal that nobody has told its size, such as a container's, has 0 columns: it is taken for the common one. */
const WIDTH_UNTOLD = 80

export type Output = ReturnType<typeof createOutput>

/** One of stdout and stderr, with what is known of the terminal behind it. */
export function createOutput(stream: OutputStream, env: Env, wantColour: boolean, before = () => {}) {
  const level = colourLevel(stream, env, wantColour)
  let failure: Error | undefined
  let gone = false
  // `bedrock-monitor report | head`: the reader has enough. What is under way goes on, nobody is told.
  stream.on('error', (error: Error & { code?: string }) => {
    gone = true
    if (error.code !== 'EPIPE') failure ??= error
  })
  const write = (text: string | Uint8Array) => {
    before()
    if (!gone) stream.write(typeof text === 'string' ? harmless(text) : text)
  }
  const unicode = showsUnicode(env)
  const shown = (text: string) => (unicode ? harmless(text) : ascii(harmless(text)))
  const print = (text: string) => write(shown(text))
  const line = (text = '') => print(`${text}\n`)
  return {
    stream,
    isTty: stream.isTTY === true,
    /** Nothing that is written gets anywhere any more. */
    get isGone() {
      return gone
    },
    /** Characters a line: COLUMNS, else the terminal's, else a guess. Asked anew each time. */
    get width() {
      const { COLUMNS: told = '' } = env
      if (/^[1-9]\d{0,4}$/.test(told)) return Number(told)
      return stream.columns || (stream.isTTY ? WIDTH_UNTOLD : WIDTH_WITHOUT_TERMINAL)
    },
    paint: painter(level),
    coloured: level > 0,
    /** False where only ASCII can be trusted to be shown. What is printed is turned into it. */
    unicode,
    /** What is printed of a text, for what draws by itself. */
    shown,
    /** For a program: bytes as they are; a text, always UTF-8, without what could steer a terminal. */
    write,
    print,
    line,
    lines(texts: Iterable<string>) {
      for (const text of texts) line(text)
    },
    /** Resolves when all is written, or with the error that stopped it. A reader that went away is not an error. */
    flush: () =>
      new Promise<Error | undefined>((resolve) => {
        if (gone) resolve(failure)
        else stream.write('', () => setImmediate(() => resolve(failure)))
      }),
  }
}

/** As in setlocale(3). None set means UTF-8; `C` and `POSIX` ask for ASCII. The console of Linux has too few characters. */
function showsUnicode({ TERM, LC_ALL, LC_CTYPE, LANG }: Env): boolean {
  return TERM !== 'dumb' && TERM !== 'linux' && /^$|utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '')
}

/** chalk's styles join all their arguments, which breaks `lines.map(paint.dim)`: these take one. */
function painter(level: ReturnType<typeof colourLevel>): Painter {
  const chalk = new Chalk({ level })
  return Object.fromEntries(STYLES.map((style) => [style, (text: string) => chalk[style](text)])) as unknown as Painter
}

/** Node's own takes a write that was done in part for done (`SyncWriteStream`, 20 to 24): a full disk would go unnoticed. */
export function wholeWrites(stream: OutputStream, some: typeof writeSync = writeSync): OutputStream {
  const { fd, _type: type } = stream as OutputStream & { fd?: number; _type?: string }
  if (type !== 'fs' || fd === undefined) return stream
  return new Writable({
    write(bytes: Buffer, _encoding, done) {
      try {
        for (let from = 0; from < bytes.length; ) from += some(fd, bytes, from)
        done()
      } catch (error) {
        done(error as Error)
      }
    },
  })
}
