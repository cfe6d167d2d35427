{{- /* SPDX-License-Identifier: Apache-2.0
Names and labels. A site is a namespace: objects are called like their service, whatever the release is called.
*/ -}}
{{- define "saola.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
{{- end -}}

{{- define "saola.labels" -}}
{{ include "saola.selector" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: saola
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- /* Name and labels of an object. Input: dict "root" $ and, if it is not the service's name, "name". */ -}}
{{- define "saola.metadata" -}}
metadata:
  name: {{ .name | default .root.Chart.Name }}
  labels: {{- include "saola.labels" .root | nindent 4 }}
{{- end -}}

{{- /* An image of the site. Input: dict "root" $ "image" "name:tag". */ -}}
{{- define "saola.image" -}}
{{- $registry := .root.Values.global.registry -}}
{{ empty $registry | ternary .image (printf "%s/%s" $registry .image) }}
{{- end -}}

{{- /* A label for each thing a pod stands on; the policies of the parts let in who has it. Input: a list. */ -}}
{{- define "saola.needs" -}}
{{- range . }}
saola/needs-{{ . }}: "yes"
{{- end }}
{{- end -}}
