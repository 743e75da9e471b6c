import { type Completed, type CompletedFlag, headComment, PROFILE_NAMES, PROFILES } from './model.ts'

/** The script for zsh, for \`source\` and for a folder of fpath alike: \`_arguments\` with what each flag is for. */
export function zshScript({ common, commands }: Completed): string {
  return `#compdef bedrock-monitor
${headComment('zsh')}

${PROFILE_NAMES}() {
  ${PROFILES}
}

# Offers words; with \`,\` as the first one, several between commas. One that ends in a colon is only begun.
_bedrock_monitor_words() {
  if [[ $1 == , ]]; then
    shift
    compset -P '*,'
  fi
  if [[ -n \${(M)@:#file:} ]] && compset -P '(file|cur):'; then
    _files
    return
  fi
  local -a begun=(\${(M)@:#*:}) whole=(\${@:#*:})
  compadd -S '' -a begun
  compadd -a whole
}

_bedrock_monitor() {
  local curcontext="$curcontext" state line ret=1
  local -A opt_args
  local -a commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`).join('\n')}
  )
  local -a common=(
${specsOf(common, '    ').join('\n')}
  )
  _arguments -C -s $common '1: :->command' '*:: :->rest' && ret=0
  case $state in
    command) _describe -t commands command commands && ret=0 ;;
    rest)
      case $words[1] in
${commands.map(commandBranch).join('\n')}
      esac
      ;;
  esac
  return ret
}

if [[ $funcstack[1] == _bedrock_monitor ]]; then
  _bedrock_monitor "$@"
else
  compdef _bedrock_monitor bedrock-monitor
fi
`
}

function commandBranch({ name, flags, words }: Completed['commands'][number]): string {
  const indent = '            '
  const argument = words.length === 0 ? [] : [`${indent}${quoted(`*: : _bedrock_monitor_words ${words.join(' ')}`)}`]
  const specs = [...specsOf(flags, indent), ...argument].map((line) => `${line} \\`)
  return [
    `        ${name})`,
    '          _arguments -s $common \\',
    ...specs,
    '            && ret=0',
    '          ;;',
  ].join('\n')
}

function specsOf(flags: readonly CompletedFlag[], indent: string): string[] {
  return flags.flatMap(({ name, alias, describe, value, offer, list }) => {
    const text = `[${describe.replace(/[[\]\\]/g, '\\$&')}]`
    const either = alias === undefined ? '' : `(-${alias} --${name})`
    const specs =
      offer === 'switch'
        ? [...(alias === undefined ? [] : [`${either}-${alias}${text}`]), `${either}--${name}${text}`]
        : [`${list ? '*' : ''}--${name}=${text}:${value}:${actionOf(offer, list)}`]
    return specs.map((spec) => indent + quoted(spec))
  })
}

function actionOf(offer: Exclude<CompletedFlag['offer'], 'switch'>, list: boolean): string {
  const plain = { text: ' ', file: '_files', profile: ` compadd -- \${(f)"$(${PROFILE_NAMES})"}` }
  if (typeof offer === 'string') return plain[offer]
  return ` _bedrock_monitor_words ${[...(list ? [','] : []), ...offer].join(' ').replaceAll(':', '\\:')}`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
