import stringWidth from 'fast-string-width'
import type { Io } from './io.ts'

export const CTRL_C = '\u0003'

const ESCAPE = '\u001b'
/** Another screen, no cursor, no wrapping: a terminal that counts a character wider than we do breaks no line in two. */
const ENTER = `${ESCAPE}[?1049h${ESCAPE}[?25l${ESCAPE}[?7l`
const LEAVE = `${ESCAPE}[?7h${ESCAPE}[?25h${ESCAPE}[?1049l`
const HOME = `${ESCAPE}[H`
const REST_OF_LINE = `${ESCAPE}[K`
const REST_OF_SCREEN = `${ESCAPE}[J`

/**
 * Takes the whole terminal of stdout, as an editor does, and the keyboard where stdin is one. What stood there before comes
 * back when it is closed. Lines are written in one write: nothing flickers.
 */
export function openScreen(
  { stdin, stdout }: Pick<Io, 'stdin' | 'stdout'>,
  events: { key(character: string): void; resize(): void },
) {
  const { stream } = stdout
  const typed = (data: Buffer | string) => {
    const text = String(data)
    // Arrows and the like: none of them is a key of ours.
    if (text.startsWith(ESCAPE)) return
    for (const character of text) events.key(character)
  }
  const keyboard = stdin.isTTY === true && stdin.setRawMode !== undefined
  stream.write(ENTER)
  stream.on('resize', events.resize)
  if (keyboard) {
    stdin.setRawMode?.(true)
    stdin.on('data', typed)
    stdin.resume()
  }
  let open = true
  return {
    get columns() {
      return stream.columns || stdout.width
    },
    get rows() {
      return stream.rows || 24
    },
    /** Shows lines from the top; none may be wider than the terminal. */
    draw(lines: readonly string[]) {
      if (!open) return
      const { columns } = this
      // In the last column the cursor stands on what was written there: clearing from it on would take that away.
      const clear = (line: string) => (stringWidth(line) < columns ? line + REST_OF_LINE : line)
      const text = lines.map((line) => clear(stdout.shown(line))).join('\r\n')
      stream.write(`${HOME}${text}${lines.length < this.rows ? `\r\n${REST_OF_SCREEN}` : ''}`)
    },
    close() {
      if (!open) return
      open = false
      stream.off('resize', events.resize)
      if (keyboard) {
        stdin.off('data', typed)
        stdin.setRawMode?.(false)
        stdin.pause()
      }
      stream.write(LEAVE)
    },
  }
}
