import { execFileSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { zshScript } from '../../../src/cli/completion/bash-zsh.ts'
import { FORMATS } from '../../../src/report/formats/index.ts'
import { describeOn } from './on-path.ts'
import { MODEL } from './words.ts'

const SCRIPT = zshScript(MODEL)

/** The lines of one command's branch. */
function branch(name: string): string[] {
  const lines = SCRIPT.split('\n')
  const start = lines.indexOf(`        ${name})`)
  return lines.slice(start, lines.indexOf('          ;;', start)).map((line) => line.trim())
}

describeOn('zsh', () => {
  test('the script is well formed', () => {
    expect(execFileSync('zsh', ['-n'], { input: SCRIPT, encoding: 'utf8' })).toBe('')
  })
})

describe('the script for zsh', () => {
  test('begins as compinit wants it', () => {
    expect(SCRIPT.split('\n')[0]).toBe('#compdef bedrock-monitor')
  })

  test.each(MODEL.commands.map((command) => [command.name, command] as const))(
    'has every flag of %s, with what it is for',
    (name, { flags }) => {
      const specs = branch(name)
      for (const flag of flags) {
        const pattern = new RegExp(`^'(\\(-\\w --[\\w-]+\\)|\\*)?--${flag.name}=?\\[`)
        expect([flag.name, specs.filter((spec) => pattern.test(spec)).length]).toEqual([flag.name, 1])
      }
    },
  )

  test('offers what can be counted, files and lists', () => {
    const specs = branch('report').join('\n')
    expect(specs).toContain(`:FORMAT: _bedrock_monitor_words ${FORMATS.map(({ name }) => name).join(' ')}' \\`)
    expect(specs).toMatch(/^'\(-o --output\)--output=.*:FILE:_files' \\$/m)
    expect(specs).toMatch(/^'\(-o --output\)-o\[.*:FILE:_files' \\$/m)
    expect(specs).toMatch(/^'\*--by=.*:KEY: _bedrock_monitor_words , model .* metadata\\: .*' \\$/m)
    expect(branch('alarms')).toContain("'*: : _bedrock_monitor_words list sync' \\")
  })

  test('quotes what it quotes', () => {
    const specs = SCRIPT.split('\n').filter((line) => /^ +'/.test(line))
    expect(specs.length).toBeGreaterThan(100)
    expect(specs.filter((spec) => !/^ +'([^']|'\\'')*'( \\)?$/.test(spec))).toEqual([])
  })
})
