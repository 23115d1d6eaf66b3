/* main.c - runs a fuzzer over the files named as arguments, where there is no libFuzzer. */
#include "fuzz.h"

#include <stdio.h>

static int run_file(const char *path)
{
	static uint8_t buf[1 << 20];
	FILE *file = fopen(path, "rbe");
	if (!file) {
		perror(path);
		return -1;
	}
	size_t size = fread(buf, 1, sizeof(buf), file);
	fclose(file);
	/* Memory of just this size, so that reading behind its end is noticed. */
	uint8_t *data = malloc(size ? size : 1);
	if (!data)
		return -1;
	for (size_t i = 0; i < size; i++)
		data[i] = buf[i];
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fprintf(stderr, "%s: no inputs\n", argv[0]);
		return 1;
	}
	for (int i = 1; i < argc; i++)
		if (run_file(argv[i]) < 0)
			return 1;
	printf("%d inputs\n", argc - 1);
	return 0;
}
