{{- /* SPDX-License-Identifier: Apache-2.0
A Job of the site. Its name changes with what it does, for a Job cannot be changed.
Input: dict "root" $ "name" "needs" (list) "image" "user" "command" (list) "env" (dict) "volumes" (list) "mounts" (list).
*/ -}}
{{- define "saola.job" -}}
{{- $spec := include "saola.job.pod" . -}}
apiVersion: batch/v1
kind: Job
{{ include "saola.metadata" (dict "root" .root "name" (printf "%s-%s" .name (sha256sum (print $spec (toJson .content)) | trunc 8))) }}
spec:
  backoffLimit: 20
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {{ .name }}
        app.kubernetes.io/part-of: saola
        {{- include "saola.needs" .needs | indent 8 }}
    spec:
      {{- $spec | nindent 6 }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
{{ include "saola.metadata" (dict "root" .root "name" .name) }}
spec:
  podSelector:
    matchLabels: {app.kubernetes.io/name: {{ .name }}}
  policyTypes: [Ingress, Egress]
  ingress: []
  egress:
    {{- include "saola.names" .root | nindent 4 }}
    {{- range .needs }}
    - to: [{podSelector: {matchLabels: {app.kubernetes.io/name: {{ . }}}}}]
    {{- end }}
    {{- with .root.Values.global.outside }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}

{{- define "saola.job.pod" -}}
restartPolicy: OnFailure
{{ include "saola.pod" . }}
containers:
  - name: {{ .name }}
    image: {{ include "saola.image" . }}
    command: {{ toJson .command }}
    env:
      {{- range $name, $value := .env }}
      - {name: {{ $name }}, value: {{ $value | quote }}}
      {{- end }}
    volumeMounts: {{- append .mounts (dict "name" "tmp" "mountPath" "/tmp") | toYaml | nindent 6 }}
    resources: {requests: {cpu: 50m, memory: 128Mi}, limits: {memory: 512Mi}}
    {{- include "saola.restricted" . | nindent 4 }}
volumes: {{- append .volumes (dict "name" "tmp" "emptyDir" dict) | toYaml | nindent 2 }}
{{- end -}}

{{- /* The services of the site as JSON: name → whether it has a database, and the names of its Secrets. */ -}}
{{- define "saola.services" -}}
{{- $found := dict -}}
{{- range $name, $chart := .Subcharts -}}
{{- if hasKey $chart.Values "needs" -}}
{{- $s := $chart.Values.secrets -}}
{{- $_ := set $found $name (dict "database" (has "postgres" $chart.Values.needs) "serve" ($s.serve | default (printf "%s-serve" $name)) "migrate" ($s.migrate | default (printf "%s-migrate" $name))) -}}
{{- end -}}
{{- end -}}
{{- range .Values.databases.also -}}
{{- $_ := set $found . (dict "database" true "serve" (printf "%s-serve" .) "migrate" (printf "%s-migrate" .)) -}}
{{- end -}}
{{- toJson $found -}}
{{- end -}}
