// Renders a Helm chart with what Helm itself is made of: Go's templates, the sprig functions, and the handful that Helm adds (include, required, toYaml).
// It stands in for `helm template` where no Helm can be had; it knows no subcharts, hooks or cluster look-ups.
//
//	render CHART RELEASE [VALUES-FILE...]
package main

import (
	"bytes"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"sigs.k8s.io/yaml"
)

func main() {
	log.SetFlags(0)
	chart, release := os.Args[1], os.Args[2]
	values := map[string]interface{}{}
	for _, file := range append([]string{filepath.Join(chart, "values.yaml")}, os.Args[3:]...) {
		values = merge(values, read(file))
	}
	about := map[string]interface{}{}
	for name, value := range read(filepath.Join(chart, "Chart.yaml")) {
		about[strings.ToUpper(name[:1])+name[1:]] = value
	}
	data := map[string]interface{}{
		"Values":  values,
		"Chart":   about,
		"Release": map[string]interface{}{"Name": release, "Namespace": "default", "Service": "Helm"},
	}

	templates := template.New("chart").Option("missingkey=zero")
	functions := sprig.TxtFuncMap()
	delete(functions, "env")
	delete(functions, "expandenv")
	functions["include"] = func(name string, data interface{}) (string, error) {
		var out bytes.Buffer
		err := templates.ExecuteTemplate(&out, name, data)
		return out.String(), err
	}
	functions["required"] = func(message string, value interface{}) (interface{}, error) {
		if value == nil || value == "" {
			return nil, errors.New(message)
		}
		return value, nil
	}
	functions["toYaml"] = func(value interface{}) (string, error) {
		text, err := yaml.Marshal(value)
		return strings.TrimSuffix(string(text), "\n"), err
	}
	templates.Funcs(functions)

	files, _ := filepath.Glob(filepath.Join(chart, "templates", "*"))
	sort.Strings(files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		check(err)
		_, err = templates.New(file).Parse(string(text))
		check(err)
	}
	for _, file := range files {
		if filepath.Ext(file) == ".tpl" {
			continue
		}
		var out bytes.Buffer
		check(templates.ExecuteTemplate(&out, file, data))
		// Notes are told to whoever installs; they are no part of what is applied.
		if filepath.Base(file) == "NOTES.txt" {
			continue
		}
		fmt.Printf("---\n# %s\n%s\n", filepath.Base(file), strings.ReplaceAll(out.String(), "<no value>", ""))
	}
}

func merge(under, over map[string]interface{}) map[string]interface{} {
	for name, value := range over {
		if inner, ok := value.(map[string]interface{}); ok {
			if below, ok := under[name].(map[string]interface{}); ok {
				value = merge(below, inner)
			}
		}
		under[name] = value
	}
	return under
}

func read(file string) map[string]interface{} {
	text, err := os.ReadFile(file)
	check(err)
	values := map[string]interface{}{}
	check(yaml.Unmarshal(text, &values))
	return values
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
