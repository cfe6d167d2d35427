{{- /* SPDX-License-Identifier: Apache-2.0
Secrets that are given as values, for trials: neither blank nor guessable. A site of consequence makes its own.
*/ -}}
{{- define "saola.given" -}}
{{- $serve := list "client" -}}
{{- if .Values.pages }}{{ $serve = append $serve "sessions" }}{{ end -}}
{{- if has "postgres" .Values.needs }}{{ $serve = append $serve "database" }}{{ end -}}
{{- $serve = concat $serve .Values.secrets.own -}}
{{- $migrate := has "postgres" .Values.needs | ternary (list "owner") list -}}
{{- $given := .Values.secrets.given -}}
{{- if include "saola.gives" (dict "root" . "at" "secrets.given" "given" $given "keys" (concat $serve $migrate)) }}
{{ include "saola.secret" (dict "root" . "name" (printf "%s-serve" .Chart.Name) "at" "secrets.given" "keys" $serve "given" $given) }}
{{- if $migrate }}
{{ include "saola.secret" (dict "root" . "name" (printf "%s-migrate" .Chart.Name) "at" "secrets.given" "keys" $migrate "given" $given) }}
{{- if eq $given.owner $given.database }}{{ fail (printf "%s.secrets.given: owner and database are the same; who serves must not know who owns." .Chart.Name) }}{{ end -}}
{{- end }}
{{- end }}
{{- end -}}

{{- /* Whether the chart makes its Secrets. Fails where that is not said, or said twice. */ -}}
{{- define "saola.gives" -}}
{{- $how := .root.Values.global.secrets -}}
{{- $where := printf "%s.%s" .root.Chart.Name .at -}}
{{- range $key, $value := .given }}
{{- if not (has $key $.keys) }}{{ fail (printf "%s.%s: there is no such secret; there are: %s." $where $key (join ", " $.keys)) }}{{ end -}}
{{- end }}
{{- if eq $how "given" -}}
yes
{{- else if eq $how "existing" -}}
{{- if .given }}{{ fail (printf "%s: global.secrets is existing, so give none here; or say given." $where) }}{{ end -}}
{{- else -}}
{{ fail (printf "global.secrets: say `existing` if the Secrets of %s stand in the namespace, or `given` and give %s.{%s}." .root.Chart.Name $where (join "," .keys)) }}
{{- end -}}
{{- end -}}

{{- define "saola.secret" -}}
---
apiVersion: v1
kind: Secret
{{ include "saola.metadata" . }}
stringData:
  {{- range .keys }}
  {{ . }}: {{ include "saola.strong" (dict "key" (printf "%s.%s.%s" $.root.Chart.Name $.at .) "value" (get $.given . | default "")) | quote }}
  {{- end }}
{{- end -}}

{{- /* A secret that is neither blank, short, nor one that everybody tries first. Input: dict "key" "value". */ -}}
{{- define "saola.strong" -}}
{{- if not .value }}{{ fail (printf "%s: is blank; give a long random text." .key) }}{{ end -}}
{{- if regexMatch "(?i)change.?me|password|passw0rd|secret|default|example|admin|saola|postgres|keycloak|12345|qwerty" .value }}{{ fail (printf "%s: is a word that everybody tries first; give a long random text." .key) }}{{ end -}}
{{- if lt (len .value) 16 }}{{ fail (printf "%s: has fewer than 16 letters; give a long random text." .key) }}{{ end -}}
{{- if lt (len (uniq (splitList "" .value))) 8 }}{{ fail (printf "%s: has too few different letters; give a long random text." .key) }}{{ end -}}
{{- .value -}}
{{- end -}}
