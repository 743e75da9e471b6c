import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse as parseJsonc } from 'jsonc-parser'
import { withParts } from '../../generate/marked.ts'
import { allFlags } from '../../src/cli/args/parse.ts'
import { loadAll } from '../../src/cli/command.ts'
import { COMMANDS } from '../../src/cli/commands/index.ts'
import { parseConfig } from '../../src/cli/session/config-parse.ts'
import { WARNINGS } from '../../src/core/warnings.ts'
import { parseFaults } from '../../src/sandbox/faults.ts'
import { resolveSettings } from '../../src/steps/resolve-settings.ts'
import { blocks, type Page, page, pages, ROOT } from './pages.ts'

/** The anchor that a heading gets: small letters, hyphens for blanks, no signs. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, '')
    .replaceAll(/\s/g, '-')

function anchorsOf({ text }: Page): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading))
}

/** What is wrong with the links of a page to others of the repository. */
function brokenLinks(from: Page): string[] {
  const links = [...from.text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
  return links
    .filter((link) => !link.startsWith('https://'))
    .filter((link) => {
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? from.path : join(dirname(from.path), path)
      if (!existsSync(join(ROOT, target))) return true
      return anchor !== undefined && !anchorsOf(page(target)).includes(anchor)
    })
    .map((link) => `${from.path}: ${link}`)
}

describe('the pages', () => {
  test('link to what is there', () => {
    expect(pages().flatMap(brokenLinks)).toEqual([])
  })

  test('are all reached from the README', () => {
    const reached = new Set(['README.md'])
    for (const path of reached) {
      for (const [, link = ''] of page(path).text.matchAll(/\]\(([^)#\s]+\.md)[^)]*\)/g)) {
        if (!link.startsWith('https://')) reached.add(join(dirname(path), link))
      }
    }
    expect(pages().filter(({ path }) => !reached.has(path))).toEqual([])
  })

  test('show configuration files that the program and its schema take', () => {
    const schema = JSON.parse(readFileSync(join(ROOT, 'src/schema/config.schema.json'), 'utf8'))
    const isValid = new Ajv2020({ strict: true, keywords: ['allowComments', 'allowTrailingCommas'] }).compile(schema)
    const files = pages().flatMap((each) => blocks(each, 'json config'))
    for (const text of files) {
      expect(isValid(parseJsonc(text))).toBe(true)
      expect(() => resolveSettings([parseConfig(text, 'page')])).not.toThrow()
    }
    expect(files.length).toBeGreaterThan(1)
  })
})

describe('flags', () => {
  /** Those that pages speak of: in a span or a block of code. */
  const spokenOf = pages().flatMap(({ path, text }) =>
    [...text.matchAll(/(?<=[`\s])--([a-z][a-z0-9-]*)/g)].map(([, name = '']) => ({ path, name })),
  )
  const flagsThere = async () => allFlags(await loadAll(COMMANDS))

  test('are all spoken of', async () => {
    const known = await flagsThere()
    const names = new Set(spokenOf.map(({ name }) => name))
    expect([...known.keys()].filter((name) => !names.has(name))).toEqual([])
    expect(known.size).toBeGreaterThan(50)
  })

  test('that are spoken of are there, or other programs have them', async () => {
    const known = await flagsThere()
    const ofCloudFormation = [
      ...['stack-set-name', 'template-body', 'capabilities', 'permission-model', 'auto-deployment', 'stack-name'],
      ...['deployment-targets', 'regions', 'template-file'],
    ]
    const ofOthers = [
      ...ofCloudFormation,
      'global',
      'mutate',
      'policy-name',
      'policy-document',
      'query',
      'query-id',
      'query-execution-id',
      'service-code',
    ]
    expect(spokenOf.filter(({ name }) => !known.has(name) && !ofOthers.includes(name))).toEqual([])
  })
})

describe('versions', () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))

  test('the pages ask for the Node.js that the package asks for', () => {
    const wanted = `Node.js ${manifest.engines.node.replace('>=', '')} or later`
    for (const path of ['README.md', 'CONTRIBUTING.md']) expect(page(path).text).toContain(wanted)
  })

  test('the changelog tells of what is next, or of the version that is', () => {
    for (const { path, text } of pages()) {
      const pinned = [...text.matchAll(/bedrock-monitor@([\w.-]+)/g)].map(([, version]) => version)
      expect([path, pinned.filter((version) => version !== manifest.version)]).toEqual([path, []])
    }
    expect(page('CHANGELOG.md').text).toMatch(new RegExp(`^## (Unreleased|${manifest.version})`, 'm'))
  })
})

describe('scripts', () => {
  test('that pages and workflows run are in the package', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    const folder = join(ROOT, '.github/workflows')
    const workflows = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
    const run = [...workflows, ...pages().map(({ text }) => text)].flatMap((text) =>
      [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name),
    )
    expect(run.filter((name) => !(name in scripts))).toEqual([])
    expect(run.length).toBeGreaterThan(8)
  })
})

describe('docs/doctor.md', () => {
  test('answers every finding there is, and no other', () => {
    const folder = join(ROOT, 'src/doctor/checks')
    const sources = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
    const codes = sources.flatMap((text) =>
      [...text.matchAll(/(?:code: |(?:wrong|odd|note|\w\))\(\s*|export const [A-Z]+ = )'([a-z-]+)'/g)].map(
        ([, code]) => code,
      ),
    )
    const answered = [...page('docs/doctor.md').text.matchAll(/^- ([^:]*):/gm)].flatMap(([, terms = '']) =>
      [...terms.matchAll(/`([a-z-]+)`/g)].map(([, code]) => code),
    )
    expect(answered.sort()).toEqual([...new Set(codes)].sort())
    expect(codes.length).toBeGreaterThan(20)
  })
})

test('docs/sandbox.md shows faults that the sandbox takes', () => {
  const examples = blocks(page('docs/sandbox.md'), 'json faults').flatMap((text) => parseFaults(JSON.parse(text)))
  expect(examples.length).toBeGreaterThan(1)
})

describe('what is generated', () => {
  const marked = { path: 'a.md', text: 'before\n<!-- one: begin -->\n\nold\n\n<!-- one: end -->\nafter\n' }

  test('stands between the comments of its name, and nowhere else', () => {
    const text = withParts(marked, [{ name: 'one', text: 'new' }])
    expect(text).toBe(marked.text.replace('old', 'new'))
    expect(withParts({ ...marked, text }, [{ name: 'one', text: 'new' }])).toBe(text)
  })

  test('fails by name where a page has no place for it', () => {
    expect(() => withParts(marked, [{ name: 'two', text: 'new' }])).toThrow('a.md marks no part with the name two')
  })

  test('has no code of a warning that nobody gives', () => {
    const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && name !== join('core', 'warnings.ts') && !name.startsWith('sandbox'))
      .map((name) => readFileSync(join(ROOT, 'src', name), 'utf8'))
    expect(Object.keys(WARNINGS).filter((code) => !sources.some((text) => text.includes(`'${code}'`)))).toEqual([])
  })
})
