import { expect, test } from '@jest/globals'
import { createIo } from '../../src/ui/io.ts'
import { CTRL_C, openScreen } from '../../src/ui/screen.ts'
import { fakeProcess } from './fake-terminal.ts'

function opened(tty = true) {
  const terminal = fakeProcess({ tty: true, columns: 10 })
  const typed: string[] = []
  const raw: boolean[] = []
  terminal.stdin.setRawMode = function (mode?: boolean) {
    raw.push(mode === true)
    return this
  }
  const stdin = tty ? terminal.stdin : fakeProcess({ tty: false }).stdin
  let resized = 0
  const { stdout } = createIo(terminal)
  const screen = openScreen(
    { stdin, stdout },
    {
      key: (character) => typed.push(character),
      resize() {
        resized += 1
      },
    },
  )
  return { terminal, screen, typed, raw, resized: () => resized }
}

const later = () => new Promise((resolve) => setImmediate(resolve))

test('takes the terminal and gives it back as it was', () => {
  const { terminal, screen, raw } = opened()
  screen.draw(['one'])
  screen.close()
  screen.close()
  screen.draw(['too late'])
  const { text } = terminal.stdout
  expect(text.startsWith('\u001b[?1049h\u001b[?25l\u001b[?7l')).toBe(true)
  expect(text.endsWith('\u001b[?7h\u001b[?25h\u001b[?1049l')).toBe(true)
  expect(text.match(/1049l/g)).toHaveLength(1)
  expect(raw).toEqual([true, false])
})

test('writes lines over those before, and clears behind those that are shorter than the terminal', () => {
  const { terminal, screen } = opened()
  terminal.stdout.text = ''
  screen.draw(['short', '0123456789', '\u001b[31mred\u001b[0m'])
  expect(terminal.stdout.text).toBe('\u001b[Hshort\u001b[K\r\n0123456789\r\n\u001b[31mred\u001b[0m\u001b[K\r\n\u001b[J')
})

test('no line from outside steers the terminal', () => {
  const { terminal, screen } = opened()
  terminal.stdout.text = ''
  screen.draw(['a\u001b[2Jb\u0007\u202e'])
  expect(terminal.stdout.text).toBe('\u001b[Ha[2Jb\u001b[K\r\n\u001b[J')
})

test('does not scroll a screen that is full', () => {
  const { terminal, screen } = opened()
  terminal.stdout.text = ''
  screen.draw(Array.from({ length: screen.rows }, () => 'x'))
  expect(terminal.stdout.text.endsWith('x\u001b[K')).toBe(true)
})

test('tells keys, Ctrl-C among them, but not arrows; and when the terminal changes', async () => {
  const { terminal, typed, screen, resized } = opened()
  terminal.stdin.type('s')
  await later()
  terminal.stdin.type('\u001b[A')
  await later()
  terminal.stdin.type(CTRL_C)
  await later()
  terminal.stdout.emit('resize')
  screen.close()
  terminal.stdout.emit('resize')
  expect([typed, resized()]).toEqual([['s', CTRL_C], 1])
})

test('leaves a stdin that is no keyboard alone', () => {
  const { raw, screen } = opened(false)
  screen.close()
  expect(raw).toEqual([])
})
