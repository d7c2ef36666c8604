"""An operation for what SQLite and PostgreSQL write differently."""

from typing import Any

from tortoise.migrations.operations import RunSQL


class RunDialectSQL(RunSQL):
    """Statements by dialect: ``{"sqlite": [...], "postgres": [...]}``; a dialect that is absent needs none."""

    def __init__(self, statements: dict[str, list[str]]) -> None:
        super().__init__([])
        self.statements = statements

    async def database_forward(self, app_label: str, old_state: Any, new_state: Any, state_editor: Any = None) -> None:
        for statement in self.statements.get(state_editor.DIALECT, []):
            await state_editor.client.execute_script(statement)
