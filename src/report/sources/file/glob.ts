/** True for a path with a wildcard: `*`, `?`, `[…]` or `{…}`. */
export function isGlob(path: string): boolean {
  return /[*?[{]/.test(path)
}

/** The folder that a glob's wildcards begin in. */
export function globBase(path: string): string {
  const fixed = path.slice(0, path.search(/[*?[{]/))
  const slash = fixed.lastIndexOf('/')
  return slash < 0 ? '.' : fixed.slice(0, slash) || '/'
}

/**
 * A glob as a pattern for whole paths: `*` and `?` stay within a name, `**` goes through folders, `[a-c]` and `[!a-c]` are
 * one character, `{a,b}` one of several. As in a shell, wildcards at the beginning of a name do not match a dot.
 */
export function globPattern(path: string): RegExp {
  let source = ''
  let braces = 0
  const glob = path.replace(/^(?:\.\/)+/, '')
  for (let at = 0; at < glob.length; at++) {
    const rest = glob.slice(at)
    const visible = at === 0 || glob[at - 1] === '/' ? '(?!\\.)' : ''
    const set = /^\[([!^]?)(\]?[^\]/]*)\]/.exec(rest)
    if (rest.startsWith('**/')) {
      source += '(?:(?!\\.)[^/]+/)*'
      at += 2
    } else if (rest === '**') {
      source += '(?:(?!\\.)[^/]+/)*(?!\\.)[^/]+'
      at += 1
    } else if (rest.startsWith('*')) source += `${visible}[^/]*`
    else if (rest.startsWith('?')) source += `${visible}[^/]`
    else if (set) {
      source += `${visible}[${set[1] ? '^/' : ''}${(set[2] ?? '').replace(/[\\\][^]/g, '\\$&')}]`
      at += set[0].length - 1
    } else if (rest.startsWith('{') && rest.includes('}')) {
      braces++
      source += '(?:'
    } else if (rest.startsWith('}') && braces > 0) {
      braces--
      source += ')'
    } else source += braces > 0 && rest.startsWith(',') ? '|' : escaped(rest[0] ?? '')
  }
  return new RegExp(`^${source}${')'.repeat(braces)}$`, 's')
}

function escaped(character: string): string {
  return /[.*+?^${}()|[\]\\]/.test(character) ? `\\${character}` : character
}
