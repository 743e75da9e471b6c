import { blocks, type Page } from './pages.ts'

/** A line that a page tells people to type. */
export interface Line {
  page: string
  command: string
  /** Exit codes that are right: 0, those that the comment beside it speaks of, and 3 where a limit is asked for. */
  codes: number[]
}

/** Whether a report stays within these depends on the traffic, which is other at every hour. */
const LIMITS = /--(?:fail-over-usd|max-error-rate)\b/

/** Every line of the `sh` blocks, and those of workflows that call the program. */
export function linesOf(page: Page): Line[] {
  const typed = blocks(page, 'sh').flatMap((body) => body.split('\n'))
  const inWorkflows = blocks(page, 'yaml')
    .flatMap((body) => body.split('\n'))
    .flatMap((line) => /^\s*(?:- )?(?:run: )?(.*\bbedrock-monitor(?:@[\d.]+)? [a-z].*)$/.exec(line)?.[1] ?? [])
  return [...typed, ...inWorkflows]
    .map((line) => {
      const [, command = '', comment = ''] = /^(.*?)(?:\s+#\s(.*))?$/.exec(line) ?? []
      return {
        page: page.path,
        command: command.trim(),
        codes: [0, ...(LIMITS.test(command) ? [3] : []), ...codesIn(comment)],
      }
    })
    .filter(({ command }) => command !== '' && !command.startsWith('#'))
}

function codesIn(comment: string): number[] {
  return [...comment.matchAll(/\bexit (\d+)/g)].map(([, code]) => Number(code))
}

/** What is not run, and why it is left to other tests or cannot be. */
const LEFT_OUT: readonly (readonly [RegExp, string])[] = [
  [/^npm (ci|install|run|test|audit)\b/, 'npm: the work of those who build, tried by the pipeline itself'],
  [/^aws (iam|pricing|cloudformation) /, 'the AWS CLI'],
]

export type Kind = 'left-out' | 'endless' | 'changing' | 'reading' | 'unknown'

/** How a line is to be run: side by side with others, one after another, until it is stopped, or not at all. */
export function kindOf(command: string): Kind {
  if (LEFT_OUT.some(([pattern]) => pattern.test(command))) return 'left-out'
  const call = /^(?:[A-Z_]+=\S+ )*(?:npx (?:--yes )?|node bin\/)?bedrock-monitor(?:\.js|@[\d.]+)? ([a-z]+)(.*)$/.exec(
    command,
  )
  if (!call) return 'unknown'
  const [, name = '', rest = ''] = call
  if (
    name === 'sandbox' ||
    (name === 'watch' && !rest.includes('--once')) ||
    (name === 'exporter' && !rest.includes('--print'))
  )
    return 'endless'
  const isPlan = /--dry-run|--export/.test(rest)
  const changes = ['setup', 'cleanup'].includes(name) || /\b(sync|init)\b|--save\b/.test(rest)
  return changes && !isPlan ? 'changing' : 'reading'
}

/**
 * The program's own arguments, where a line is nothing but a call of it; undefined where a shell has more to do, or where it
 * reads from the folder it is called in.
 */
export function argvOf(command: string): string[] | undefined {
  if (/(?:file|cur):\.|file:/.test(command)) return undefined
  const rest = /^(?:npx (?:--yes )?)?bedrock-monitor(?:@[\d.]+)? ([^|&;<>$()`\\*?~#]+)$/.exec(command)?.[1]
  if (rest === undefined) return undefined
  const words = rest.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? []
  return words.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'))
}
