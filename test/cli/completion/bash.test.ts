import { execFileSync, spawn } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { bashScript } from '../../../src/cli/completion/bash-zsh.ts'
import { FORMATS } from '../../../src/report/formats/index.ts'
import { describeWith } from '../../support/external.ts'
import { inFolder } from '../../support/folder.ts'
import { AWS_CONFIG, LINES, MODEL } from './words.ts'

const SCRIPT = bashScript(MODEL)

/** As readline splits a line: at spaces, and around `=` and `:`. */
function words(line: string): string[] {
  return `bedrock-monitor ${line}`.split(' ').flatMap((word) => (word === '' ? [''] : wordParts(word)))
}
function wordParts(word: string): string[] {
  const parts = word.split(/([=:]+)/)
  return parts.at(-1) === '' && parts.length === 1 ? [''] : parts.filter((part, index) => part !== '' || index > 1)
}

/** What bash offers at the end of each line, by one run of it. */
function offered(lines: readonly string[], folder: string): string[][] {
  const calls = lines.map(
    (line) =>
      `ask ${words(line)
        .map((word) => `'${word}'`)
        .join(' ')}`,
  )
  const ask = `ask() {
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
    _bedrock_monitor
    echo "\${COMPREPLY[*]}"
  }`
  const env = { PATH: process.env.PATH, AWS_CONFIG_FILE: join(folder, 'config'), HOME: folder }
  const input = [SCRIPT, `COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'`, ask, ...calls].join('\n')
  const output = execFileSync('bash', ['--noprofile', '--norc', '-s'], { input, env, cwd: folder, encoding: 'utf8' })
  return output
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split(' ').filter(Boolean))
}

describeWith(['bash'], 'in bash', () => {
  test('every line is completed with what can stand there', () =>
    inFolder({ config: AWS_CONFIG }, async (folder) => {
      const answers = offered(
        LINES.map(([line]) => line),
        folder,
      )
      expect(LINES.map(([line], index) => [line, answers[index]])).toEqual(LINES)
      // Nothing that stands in a file is run.
      expect(readdirSync(folder)).toEqual(['config'])
    }))

  test('a value after = is offered without its flag, which bash takes for another word', () =>
    inFolder({ config: AWS_CONFIG }, async (folder) => {
      expect(offered(['report --format=c', 'setup --only=iam,sto', 'report --format='], folder)).toEqual([
        ['csv'],
        ['iam,storage'],
        FORMATS.map(({ name }) => name),
      ])
    }))

  test('the completion is known by the name of the program', () => {
    const input = `${SCRIPT}\ncomplete -p bedrock-monitor`
    expect(execFileSync('bash', ['--norc', '-s'], { input, encoding: 'utf8' })).toBe(
      'complete -F _bedrock_monitor bedrock-monitor\n',
    )
  })
})

describeWith(['bash', 'script'], 'at a prompt of bash', () => {
  test.each([
    ['rep\t--form\tc\t--by model,ho\t', ['report', '--format', 'csv', '--by', 'model,hour']],
    ['report --format=c\t--output=pag\t', ['report', '--format=csv', '--output=page.html']],
    ['report --source fi\tlo\t', ['report', '--source', 'file:logs/']],
    ['report --config my\t', ['report', '--config', 'my settings.json']],
    ['report -o pag\t', ['report', '-o', 'page.html']],
    ['setup --export terraform -o lo\t', ['setup', '--export', 'terraform', '-o', 'logs/']],
    ['report --config my\t< pag\t', ['report', '--config', 'my settings.json']],
    ['report 2> new < pag\t--format c\t', ['report', '--format', 'csv']],
  ])('%j ends as it should', (keys, args) =>
    inFolder({ 'logs/day.json': '', 'page.html': '', 'my settings.json': '' }, async (folder) => {
      expect(await typed(keys, folder)).toEqual(args)
    }),
  )
})

/** Types keys at a prompt, and gives the arguments that the program would be started with. */
function typed(keys: string, folder: string): Promise<string[]> {
  const rc = join(folder, '.rc')
  writeFileSync(rc, `${SCRIPT}\nbedrock-monitor() { printf '<%s>' "$@"; echo '<END>'; }\nPS1='ready> '\n`)
  return new Promise((resolve, reject) => {
    const child = spawn('script', ['-qefc', `bash --noprofile --rcfile '${rc}' -i`, '/dev/null'], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, TERM: 'xterm', INPUTRC: '/dev/null' },
    })
    let shown = ''
    let hasTyped = false
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text
      if (!hasTyped && shown.includes('ready> ')) {
        hasTyped = true
        child.stdin.write(`bedrock-monitor ${keys}\nexit\n`)
      }
    })
    child.on('error', reject)
    child.on('close', () => {
      const line = /^(<.*>)<END>/m.exec(stripVTControlCharacters(shown))?.[1] ?? ''
      resolve([...line.matchAll(/<(.*?)>/g)].map(([, argument = '']) => argument))
    })
  })
}

describe('the script for bash', () => {
  test('is of what bash 3.2 knows', () => {
    expect(SCRIPT).not.toMatch(/mapfile|readarray|declare -A|local -A|\$\{\w+(\^|,,|@)/)
  })
})
