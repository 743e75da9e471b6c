import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { fishScript } from '../../../src/cli/completion/fish.ts'
import { inFolder } from '../../support/folder.ts'
import { describeOn } from './on-path.ts'
import { AWS_CONFIG, LINES, MODEL } from './words.ts'

const SCRIPT = fishScript(MODEL)
const FILES = { config: AWS_CONFIG, 'complete.fish': SCRIPT }

/** What fish offers at the end of each line, by one run of it. */
function offered(lines: readonly string[], folder: string): string[][] {
  const asks = lines.map((line) => `complete -C'bedrock-monitor ${line}'; echo END`)
  const env = { PATH: process.env.PATH, HOME: folder, AWS_CONFIG_FILE: join(folder, 'config') }
  const script = ['source complete.fish', ...asks].join('\n')
  const output = execFileSync('fish', ['--no-config', '-c', script], { env, cwd: folder, encoding: 'utf8' })
  const answers = output.split('END\n').slice(0, -1)
  return answers.map((answer) => answer.split('\n').flatMap((line) => line.split('\t')[0] || []))
}

describeOn('fish', () => {
  test('every line is completed with what can stand there', () =>
    inFolder(FILES, async (folder) => {
      const answers = offered(
        LINES.map(([line]) => line),
        folder,
      )
      const sorted = (words: readonly string[] = []) => [...words].sort()
      expect(LINES.map(([line], index) => [line, sorted(answers[index])])).toEqual(
        LINES.map(([line, words]) => [line, sorted(words)]),
      )
    }))

  test('a value after = and the path after file: are completed in their place', () =>
    inFolder({ ...FILES, 'logs/day.json': '' }, async (folder) => {
      const lines = ['report --format=c', 'report --by=model,ho', 'report --source file:lo', 'report --config lo']
      expect(offered(lines, folder)).toEqual([['--format=csv'], ['--by=model,hour'], ['file:logs/'], ['logs/']])
    }))
})

test('the script for fish tells each flag once for all commands that have the very same', () => {
  const lines = SCRIPT.split('\n').filter((line) => line.includes(' -l only '))
  expect(lines).toEqual([expect.stringContaining("-n '__bedrock_monitor_in setup status cleanup'")])
})

test('the script for fish quotes what it quotes', () => {
  const lines = SCRIPT.split('\n').filter((line) => line.includes(' -d '))
  expect(lines.filter((line) => !/ -d '([^'\\]|\\['\\])*'$/.test(line))).toEqual([])
})
