// Command sdkgen writes the SDK of a Pulumi package: sdkgen LANGUAGE FOLDER [LOADER] < schema.json
//
// The engine leaves this to the language's host, whose official form is the only one to have the generators; the
// generators themselves are in the engine's module. LOADER is where the engine hands out other packages' schemas.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const tool = "inspected-egress"

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) < 2 {
		return errors.New("usage: sdkgen LANGUAGE FOLDER [LOADER] < schema.json")
	}
	var spec schema.PackageSpec
	if err := json.NewDecoder(os.Stdin).Decode(&spec); err != nil {
		return fmt.Errorf("no schema on standard input: %w", err)
	}
	var loader schema.ReferenceLoader
	if len(arguments) > 2 {
		client, err := schema.NewLoaderClient(arguments[2])
		if err != nil {
			return err
		}
		loader = client
	}
	pkg, diagnostics, err := schema.BindSpec(spec, loader, schema.ValidationOptions{AllowDanglingReferences: false})
	if err != nil {
		return err
	}
	if diagnostics.HasErrors() {
		return diagnostics
	}
	files, err := generate(arguments[0], pkg, loader)
	if err != nil {
		return err
	}
	for name, content := range files {
		path := filepath.Join(arguments[1], name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func generate(language string, pkg *schema.Package, loader schema.ReferenceLoader) (map[string][]byte, error) {
	switch language {
	case "python":
		return python.GeneratePackage(tool, pkg, nil, loader)
	case "nodejs":
		return nodejs.GeneratePackage(tool, pkg, nil, nil, true, loader)
	case "go":
		return golang.GeneratePackage(tool, pkg, nil)
	}
	return nil, fmt.Errorf("no generator for %s; there are python, nodejs and go", language)
}
